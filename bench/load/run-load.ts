import { RawClient } from './raw-client';
import { cpuSecondsOf } from './process-cpu';

export interface LoadOrder {
  readonly port: number;
  readonly pid: number;
  readonly clients: number;
  readonly seconds: number;
  /** The nth request, counted over all clients. */
  readonly request: (n: number) => Buffer;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server's process for one operation. */
  readonly cpuMicros: number;
  /** Answers that were not 2xx. */
  readonly failed: number;
}

/** Sends requests from so many clients at once, each as soon as the one before is answered. The first fifth warms up. */
export async function runLoad({ port, pid, clients, seconds, request }: LoadOrder): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: clients }, () => RawClient.connect(port)));
  let n = 0;
  let failed = 0;
  let latencies: number[] = [];
  let ended = false;
  const loop = async (client: RawClient): Promise<void> => {
    while (!ended) {
      const began = performance.now();
      const status = await client.send(request((n += 1)));
      latencies.push(performance.now() - began);
      if (status >= 300) failed += 1;
    }
  };
  const loops = connections.map(loop);
  await sleep((seconds * 1000) / 5);
  latencies = [];
  failed = 0;
  const [cpu, began] = [cpuSecondsOf(pid), performance.now()];
  await sleep(seconds * 1000);
  const [cpuUsed, elapsed, done] = [cpuSecondsOf(pid) - cpu, (performance.now() - began) / 1000, latencies.length];
  ended = true;
  await Promise.all(loops);
  for (const client of connections) client.close();
  const sorted = latencies.slice(0, done).sort((a, b) => a - b);
  return {
    perSecond: done / elapsed,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    cpuMicros: (cpuUsed / done) * 1e6,
    failed,
  };
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

export const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
