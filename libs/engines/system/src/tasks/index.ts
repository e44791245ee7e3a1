import { TasksPaths } from './tasks.paths';

export const TASK_PARTS = [TasksPaths] as const;
