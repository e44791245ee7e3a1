import { WrappingPaths } from './wrapping.paths';

export const WRAPPING_PARTS = [WrappingPaths] as const;
