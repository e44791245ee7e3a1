import { Cluster } from '../test/harness/cluster';
import { cpuSecondsOf, memoryMibOf } from './load/process-cpu';
import { RawClient, requestBytes } from './load/raw-client';
import { quantile, sleep } from './load/run-load';
import { type Figure, printTable } from './table';

const VALUE = (text: string): string => JSON.stringify({ value: text, padding: 'x'.repeat(800) });

interface Pair {
  readonly primary: Cluster;
  readonly secondaries: Cluster[];
  readonly order: Parameters<typeof Cluster.start>[0];
}

async function startPair(kafka: string): Promise<Pair> {
  const order = { kafka, topicPrefix: `bench-r-${process.pid}`, storage: 'sqlite' as const };
  const primary = await Cluster.start(order);
  await primary.enablePrimary();
  await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
  const first = await Cluster.start(order);
  await first.join(primary, 'one');
  await first.untilInStepWith(primary);
  await first.generateRoot();
  return { primary, secondaries: [first], order };
}

/** Lag, catch-up, first copy, and what secondaries cost the primary. */
export async function benchReplication(kafka: string): Promise<void> {
  const pair = await startPair(kafka);
  const figures: Figure[] = [];
  try {
    // A broker that has just been started, and programs not compiled yet, take several times as long.
    await lagAt(pair, 1000, '');
    figures.push(
      await lagAt(pair, 100, 'p50 <= 5 ms, p99 <= 25 ms'),
      await lagAt(pair, 1000, 'p50 <= 10 ms, p99 <= 50 ms'),
    );
    figures.push(await forwardedWrite(pair));
    figures.push(await catchUp(pair), await firstCopy(pair));
    figures.push(...(await costOfSecondaries(pair)));
  } finally {
    await Promise.all([pair.primary, ...pair.secondaries].map((cluster) => cluster.server.stop()));
  }
  printTable('Replication, primary, broker and secondaries on one machine', figures);
}

/** Acknowledged on the primary until read on the secondary; one key in flight is watched at a time. */
async function lagAt({ primary, secondaries: [secondary] }: Pair, perSecond: number, target: string): Promise<Figure> {
  if (secondary === undefined) throw new Error('no secondary');
  const [writer, watched, reader] = [
    await RawClient.connect(primary.server.port),
    await RawClient.connect(primary.server.port),
    await RawClient.connect(secondary.server.port),
  ];
  let ended = false;
  const background = (async () => {
    const began = performance.now();
    for (let n = 0; !ended; n += 1) {
      await writer.send(requestBytes('POST', `kv/load/${n % 1000}`, primary.rootToken, VALUE(String(n))));
      const ahead = began + ((n + 1) * 1000) / perSecond - performance.now();
      if (ahead > 1) await sleep(ahead);
    }
  })();
  const lags: number[] = [];
  const until = performance.now() + 8000;
  for (let n = 0; performance.now() < until; n += 1) {
    await watched.send(requestBytes('POST', `kv/lag/${perSecond}-${n}`, primary.rootToken, VALUE('x')));
    const acknowledged = performance.now();
    while ((await reader.send(requestBytes('GET', `kv/lag/${perSecond}-${n}`, secondary.rootToken))) !== 200);
    lags.push(performance.now() - acknowledged);
    await sleep(20);
  }
  ended = true;
  await background;
  for (const client of [writer, watched, reader]) client.close();
  lags.sort((a, b) => a - b);
  return {
    name: `acknowledged -> visible on the secondary at ${perSecond}/s`,
    value: `p50 ${quantile(lags, 0.5).toFixed(1)} ms, p99 ${quantile(lags, 0.99).toFixed(1)} ms (${lags.length} samples)`,
    target,
  };
}

async function forwardedWrite({ secondaries: [secondary] }: Pair): Promise<Figure> {
  if (secondary === undefined) throw new Error('no secondary');
  const client = await RawClient.connect(secondary.server.port);
  const times: number[] = [];
  for (let n = 0; n < 300; n += 1) {
    const began = performance.now();
    await client.send(requestBytes('POST', `kv/forwarded/${n}`, secondary.rootToken, VALUE('x')));
    times.push(performance.now() - began);
    if ((await client.send(requestBytes('GET', `kv/forwarded/${n}`, secondary.rootToken))) !== 200)
      throw new Error('a forwarded write was not readable');
  }
  client.close();
  times.sort((a, b) => a - b);
  return {
    name: 'forwarded write, read back on the secondary',
    value: `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, never stale`,
    target: 'p50 <= 15 ms, never stale',
  };
}

async function write(primary: Cluster, count: number, prefix: string): Promise<void> {
  const clients = await Promise.all(Array.from({ length: 32 }, () => RawClient.connect(primary.server.port)));
  let n = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (let at = (n += 1); at <= count; at = n += 1)
        await client.send(requestBytes('POST', `kv/${prefix}/${at}`, primary.rootToken, VALUE(String(at))));
      client.close();
    }),
  );
}

/** A secondary that was away comes back to a stream full of mutations. */
async function catchUp({ primary, secondaries: [secondary] }: Pair): Promise<Figure> {
  if (secondary === undefined) throw new Error('no secondary');
  const COUNT = 40_000;
  await secondary.server.stop();
  const began = performance.now();
  await write(primary, COUNT, 'away');
  const writeRate = COUNT / ((performance.now() - began) / 1000);
  await sleep(3000);
  await secondary.restart();
  const rates: number[] = [];
  let [last, at] = [(await secondary.status()).last_remote_wal as number, performance.now()];
  const { last_performance_wal: goal } = await primary.status();
  while (last < goal) {
    await sleep(100);
    const now = (await secondary.status()).last_remote_wal as number;
    rates.push((now - last) / ((performance.now() - at) / 1000));
    [last, at] = [now, performance.now()];
  }
  return {
    name: `catch-up of ${COUNT} mutations`,
    value: `${Math.round(Math.max(...rates))}/s at its best second (primary wrote ${Math.round(writeRate)}/s)`,
    target: '>= 20,000/s, >= 3 x the write rate',
  };
}

async function firstCopy({ primary, secondaries, order }: Pair): Promise<Figure> {
  await write(primary, 60_000, 'copy');
  const joiner = await Cluster.start(order);
  secondaries.push(joiner);
  const { last_performance_wal: records } = await primary.status();
  const began = performance.now();
  await joiner.join(primary, 'two');
  const seconds = (performance.now() - began) / 1000;
  return {
    name: `first copy of some 100,000 entries (${records} mutations so far)`,
    value: `${seconds.toFixed(1)} s, ${Math.round(memoryMibOf(joiner.server.pid))} MiB`,
    target: '<= 10 s, <= 400 MiB',
  };
}

/** CPU of the primary's process for a write: with few and with many secondaries, and with streams of their own for filtered ones. */
async function costOfSecondaries(pair: Pair): Promise<Figure[]> {
  const { primary, secondaries } = pair;
  const [, second] = secondaries;
  await second?.server.stop();
  const one = await costPerWrite(primary, 'cost-1');
  await second?.restart();
  const figures: Figure[] = [];
  let many = one;
  for (const count of [5, 20]) {
    await joinUntil(pair, count);
    many = await costPerWrite(primary, `cost-${count}`);
    figures.push({
      name: `primary's CPU per write with ${count} secondaries against 1`,
      value: `${against(many, one)}; ${await costAtRest(primary)}`,
      target: '<= 1.02 times',
    });
  }
  figures.push({
    name: 'the same while 19 of the 20 are frozen',
    value: against(await whileFrozen(secondaries.slice(1), () => costPerWrite(primary, 'cost-frozen')), one),
    target: '-',
  });
  for (let streams = 1; streams <= 5; streams += 1) {
    await primary.root.must('POST', `sys/mounts/hidden-${streams}`, { type: 'kv' });
    await filtered(pair, streams);
    if (streams !== 1 && streams !== 5) continue;
    const cost = await costPerWrite(primary, `cost-f${streams}`);
    figures.push({
      name: `the same with ${streams} filter streams, against none`,
      value: against(cost, many),
      target: '-',
    });
  }
  return figures;
}

const against = (cost: number, base: number): string =>
  `${Math.round(cost)} us against ${Math.round(base)} us: ${(cost / base).toFixed(2)} times`;

/** @returns microseconds of CPU: the median of three loads, for others of this machine's processes disturb each of them. */
async function costPerWrite(primary: Cluster, prefix: string): Promise<number> {
  const COUNT = 4000;
  const costs: number[] = [];
  for (let load = 0; load < 3; load += 1) {
    const before = cpuSecondsOf(primary.server.pid);
    await write(primary, COUNT, `${prefix}-${load}`);
    costs.push(((cpuSecondsOf(primary.server.pid) - before) / COUNT) * 1e6);
  }
  return quantile(
    costs.sort((a, b) => a - b),
    0.5,
  );
}

/** They keep their places in the set and take nothing of the machine. */
async function whileFrozen(secondaries: readonly Cluster[], measure: () => Promise<number>): Promise<number> {
  for (const { server } of secondaries) server.signal('SIGSTOP');
  try {
    return await measure();
  } finally {
    for (const { server } of secondaries) server.signal('SIGCONT');
  }
}

/** What heartbeats and canaries cost: milliseconds of CPU in a second. */
async function costAtRest(primary: Cluster): Promise<string> {
  await sleep(3000);
  const before = cpuSecondsOf(primary.server.pid);
  await sleep(10_000);
  return `${(((cpuSecondsOf(primary.server.pid) - before) / 10) * 1000).toFixed(0)} ms/s at rest`;
}

async function joinUntil({ primary, secondaries, order }: Pair, count: number): Promise<void> {
  for (let at = secondaries.length; at < count; at += 1) {
    const joiner = await Cluster.start(order);
    secondaries.push(joiner);
    await joiner.join(primary, `s${at}`);
  }
  for (const secondary of secondaries) await secondary.untilInStepWith(primary, 300_000);
}

/** Gives one more secondary a filter that no other has, and waits until it follows a stream of its own. */
async function filtered({ primary, secondaries }: Pair, nth: number): Promise<void> {
  const secondary = secondaries[nth + 1];
  if (secondary === undefined) throw new Error('no secondary left to filter');
  await primary.root.must('POST', `sys/replication/performance/primary/paths-filter/s${nth + 1}`, {
    mode: 'deny',
    paths: [`hidden-${nth}/`],
  });
  await sleep(5000);
  await secondary.untilStreaming();
}
