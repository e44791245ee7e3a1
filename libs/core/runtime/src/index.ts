export type { Alive, Life, Part, Task } from './part';
export { RunningPart } from './running-part';
export { taskMetrics } from './task-metrics';
export { unlessEnded } from './unless-ended';
export { systemTimers, type Timers } from './timers';
