import { MetricsService } from '@tidelock/engine-api';
import { badRequest, type Clock, gauge, type Metric } from '@tidelock/kernel';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus';
import { vaultSummary } from './vault-summary';

/** What is asked at each scrape. */
export interface MetricsSources {
  readonly sealed: () => boolean;
  /** Of each room that has any. */
  readonly rooms: readonly (() => Metric[])[];
  readonly counts: () => Promise<{ readonly tokens: number; readonly leases: number }>;
}

/** Counting tokens and leases reads an index from end to end: not for every scrape. */
const COUNTS_LAST_MS = 60_000;

/** `sys/metrics`: asks the rooms when it is asked itself. */
export class NodeMetrics extends MetricsService {
  /** The process's own: CPU, memory, event loop. */
  private readonly process: Registry | undefined;
  private counted: { readonly at: number; readonly metrics: readonly Metric[] } | undefined;

  /** @param prometheus `false`: turned off by `prometheus_retention_time = 0`. */
  constructor(
    private readonly sources: MetricsSources,
    private readonly clock: Clock,
    prometheus: boolean,
  ) {
    super();
    if (!prometheus) return;
    this.process = new Registry();
    collectDefaultMetrics({ register: this.process });
  }

  override async prometheus(): Promise<{ readonly body: Buffer; readonly contentType: string }> {
    if (this.process === undefined) throw badRequest('prometheus is not enabled');
    const texts = await Promise.all([this.collect().then(prometheusText), this.process.metrics()]);
    return { body: Buffer.from(texts.join('\n')), contentType: PROMETHEUS_TYPE };
  }

  override async summary(): Promise<Readonly<Record<string, unknown>>> {
    return vaultSummary(await this.collect(), this.clock.now());
  }

  private async collect(): Promise<readonly Metric[]> {
    const sealed = this.sources.sealed();
    const { heapUsed, rss } = process.memoryUsage();
    return [
      gauge('vault.core.unsealed', 'Whether this node is unsealed.', !sealed),
      gauge('vault.core.active', 'Whether this node serves its cluster: it does, when unsealed.', !sealed),
      gauge('vault.runtime.alloc_bytes', 'Memory in use by the program\'s objects.', heapUsed),
      gauge('vault.runtime.sys_bytes', 'Memory that the process has of the system.', rss),
      ...this.sources.rooms.flatMap((room) => room()),
      ...(await this.counts()),
    ];
  }

  private async counts(): Promise<readonly Metric[]> {
    const now = this.clock.now();
    if (this.counted === undefined || Math.abs(now - this.counted.at) >= COUNTS_LAST_MS) {
      const { tokens, leases } = await this.sources.counts();
      const metrics = [
        gauge('vault.token.count', 'Service tokens of this cluster; at most a minute old.', tokens),
        gauge('vault.expire.num_leases', 'Leases of this cluster; at most a minute old.', leases),
      ];
      this.counted = { at: now, metrics };
    }
    return this.counted.metrics;
  }
}
