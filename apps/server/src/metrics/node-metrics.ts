import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsService } from '@tidelock/engine-api';
import { badRequest, type Clock, gauge, isTidelockError, type Metric, type TidelockError } from '@tidelock/kernel';
import { collectDefaultMetrics, type Counter, Registry } from 'prom-client';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus';
import { vaultSummary } from './vault-summary';

/** What is asked at each scrape. */
export interface MetricsSources {
  readonly sealed: () => boolean;
  /** Why ordinary requests cannot be served, if they cannot. */
  readonly refusal: () => TidelockError | undefined;
  /** Of each room that has any. */
  readonly rooms: readonly (() => Metric[])[];
  readonly counts: () => Promise<{ readonly tokens: number; readonly leases: number }>;
}

/** Counting tokens and leases reads an index from end to end: not for every scrape. */
const COUNTS_LAST_MS = 60_000;

/** More than the event loop's delay is measured over, so that there is one. */
const FIRST_DELAY_MS = 50;

/**
 * The process's own: CPU, memory, event loop. Made when they are first asked for: to measure the event loop's delay a process wakes up a hundred
 * times a second, which is a good part of what it takes at rest.
 */
async function ownMetrics(): Promise<Registry> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  // The library counts from here on: what the process has used before belongs to it.
  const { user, system } = process.cpuUsage();
  for (const [name, microseconds] of [
    ['user_', user],
    ['system_', system],
    ['', user + system],
  ] as const) {
    (register.getSingleMetric(`process_cpu_${name}seconds_total`) as Counter).inc(microseconds / 1e6);
  }
  await sleep(FIRST_DELAY_MS);
  return register;
}

/** `sys/metrics`: asks the rooms when it is asked itself. */
export class NodeMetrics extends MetricsService {
  private own: Promise<Registry> | undefined;
  private counted: { readonly at: number; readonly metrics: readonly Metric[] } | undefined;

  /** @param isOn `false`: turned off by `prometheus_retention_time = 0`. */
  constructor(
    private readonly sources: MetricsSources,
    private readonly clock: Clock,
    private readonly isOn: boolean,
  ) {
    super();
  }

  override async prometheus(): Promise<{ readonly body: Buffer; readonly contentType: string }> {
    if (!this.isOn) throw badRequest('prometheus is not enabled');
    const own = await (this.own ??= ownMetrics());
    const texts = await Promise.all([this.collect().then(prometheusText), own.metrics()]);
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
      gauge('vault.core.active', 'Whether this node serves requests.', this.sources.refusal() === undefined),
      gauge('vault.runtime.alloc_bytes', "Memory in use by the program's objects.", heapUsed),
      gauge('vault.runtime.sys_bytes', 'Memory that the process has of the system.', rss),
      ...this.sources.rooms.flatMap((room) => room()),
      ...(await this.counts().catch(noneWhileAway)),
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

/** Nothing can be counted without the storage, which is when the others are wanted most. */
function noneWhileAway(error: unknown): readonly Metric[] {
  if (isTidelockError(error) && error.status === 503) return [];
  throw error;
}
