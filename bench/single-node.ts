import { Cluster } from '../test/harness/cluster';
import { memoryMibOf } from './load/process-cpu';
import { requestBytes } from './load/raw-client';
import { type LoadResult, runLoad } from './load/run-load';
import { pinned } from './pinning';
import { type Figure, printTable } from './table';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const VALUE = JSON.stringify({ data: { value: 'x'.repeat(1000) } });
const KEYS = 10_000;

const show = ({ perSecond, p50Ms, p99Ms, cpuMicros, failed }: LoadResult): string =>
  `${Math.round(perSecond)}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${Math.round(cpuMicros)} us CPU${failed ? `, ${failed} FAILED` : ''}`;

/** One server with its store on disk, pinned to one core; the generator is this process, on the other. */
export async function benchSingleNode(kafka: string): Promise<void> {
  const figures = [
    ...(await measure(kafka, '', casesOf)),
    ...(await measure(kafka, 'cache_decrypted = true', decryptedCasesOf)),
  ];
  printTable('One node, SQLite on disk, one core, journal and publication on', figures);
}

async function measure(kafka: string, config: string, cases: (token: string) => Case[]): Promise<Figure[]> {
  const cluster = await Cluster.start({
    kafka,
    topicPrefix: `bench-${process.pid}`,
    storage: 'sqlite',
    wrapper: pinned(0),
    config,
  });
  const memory = (when: string, target: string): Figure => ({
    name: `memory ${when}${config && `, ${config}`}`,
    value: `${Math.round(memoryMibOf(cluster.server.pid))} MiB`,
    target,
  });
  try {
    const figures: Figure[] = [memory('after start', '<= 150 MiB')];
    const token = await prepare(cluster);
    for (const [name, target, clients, request] of cases(token)) {
      const order = { port: cluster.server.port, pid: cluster.server.pid, clients, seconds: SECONDS, request };
      figures.push({ name: `${name}, ${clients} clients`, value: show(await runLoad(order)), target });
    }
    return [...figures, memory('at the end', '')];
  } finally {
    await cluster.server.stop();
  }
}

/** A policy-bearing token, as clients have it, and keys to read. */
async function prepare(cluster: Cluster): Promise<string> {
  const { root } = cluster;
  await root.must('POST', 'sys/replication/performance/primary/enable', {});
  await root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await root.must('POST', 'sys/policies/acl/app', {
    policy:
      'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] } path "auth/token/create" { capabilities = ["create", "update"] }',
  });
  await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
  await root.must('POST', 'auth/userpass/users/ann', { password: 'changeme', policies: 'app' });
  const { auth } = await root.must('POST', 'auth/token/create', { policies: ['app'] });
  for (let at = 0; at < 200; at += 1) await root.must('POST', `secret/data/app/${at}`, JSON.parse(VALUE));
  return auth.client_token;
}

type Case = readonly [name: string, target: string, clients: number, request: (n: number) => Buffer];

const reading =
  (token: string) =>
  (n: number): Buffer =>
    requestBytes('GET', `secret/data/app/${n % 200}`, token);

function decryptedCasesOf(token: string): Case[] {
  const target = "- (10 x the peer's rate)";
  return [1, 16, 64].map((clients): Case => ['kv-v2 read, cache_decrypted', target, clients, reading(token)]);
}

function casesOf(token: string): Case[] {
  const read = reading(token);
  const write = (n: number): Buffer => requestBytes('POST', `secret/data/app/${n % KEYS}`, token, VALUE);
  const lookup = (): Buffer => requestBytes('GET', 'auth/token/lookup-self', token);
  const create = (): Buffer => requestBytes('POST', 'auth/token/create', token, '{"ttl":"1h"}');
  const login = (): Buffer => requestBytes('POST', 'auth/userpass/login/ann', '', '{"password":"changeme"}');
  const readTarget = '<= 120 us CPU (0.2 x peer)';
  const writeTarget = '<= 0.25 x peer (1.1-2.3 ms)';
  return [
    ['kv-v2 read', readTarget, 1, read],
    ['kv-v2 read', readTarget, 16, read],
    ['kv-v2 read', readTarget, 64, read],
    ['kv-v2 write', writeTarget, 1, write],
    ['kv-v2 write', writeTarget, 16, write],
    ['kv-v2 write', writeTarget, 64, write],
    ['token look-up', '<= 85 us CPU (0.15 x peer)', 16, lookup],
    ['token create', '<= 260 us CPU (0.1 x peer)', 16, create],
    ['userpass login', '~60 ms CPU (bcrypt cost 10)', 4, login],
  ];
}
