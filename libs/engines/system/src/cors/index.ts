import { CorsPaths } from './cors.paths';

export const CORS_PARTS = [CorsPaths] as const;
