import { MetricsPaths } from './metrics.paths';

export const METRICS_PARTS = [MetricsPaths] as const;
