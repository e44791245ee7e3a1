import { EnginePart, type EngineRequest, type EngineResponse, MetricsService, OnPath } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

/** `sys/metrics` (API page "sys/metrics"): this node's own, never another's. */
@EnginePart(SystemEngine)
export class MetricsPaths {
  constructor(private readonly metrics: MetricsService) {}

  @OnPath('read', 'metrics', {
    openMetrics: true,
    localOnly: true,
    help: 'Measurements of this node; format=prometheus for a scraper.',
    fields: { format: 'string' },
  })
  async read({ raw }: EngineRequest): Promise<EngineResponse> {
    const format = raw['format'] ?? '';
    if (format === 'prometheus') return { raw: await this.metrics.prometheus() };
    if (format === '') return { bare: true, data: await this.metrics.summary() };
    throw badRequest(`metric response format "${String(format)}" unknown`);
  }
}
