import { randomUUID } from 'node:crypto';
import { obtainKafka } from '@tidelock/dev-kafka';
import { Cluster } from '../../harness/cluster';
import { ServerProcess } from '../../harness/server-process';

const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';
const SECRETS = ['payments/api', 'payments/database', 'web/session', 'web/tls', 'build/registry'];

/** Servers that pictures are taken of, by the names that states use. */
export interface World {
  readonly primary: Cluster;
  readonly secondary: Cluster;
  /** A third and a fourth of the set: one with a filter, one that a state takes away. */
  readonly filtered: Cluster;
  readonly away: Cluster;
  /** In no set. */
  readonly single: Cluster;
  /** Sealed, one share of three entered. */
  readonly sealed: Cluster;
  /** For a fifth of the set, `sa-east`, that never joins. */
  readonly activationToken: string;
  /** Without keys. */
  readonly fresh: { readonly server: ServerProcess };
  stop(): Promise<void>;
}

/** A replication set of four over a real Kafka, with data in it and writes that go on, and three servers beside it. */
export async function startWorld(): Promise<World> {
  const kafka = await obtainKafka();
  const order = {
    kafka: kafka.brokers,
    topicPrefix: `ui-${randomUUID().slice(0, 8)}`,
    storage: 'sqlite' as const,
    config: 'ui = true',
  };
  const primary = await Cluster.start(order);
  await fill(primary);
  await primary.enablePrimary();
  const [secondary, filtered, away, single] = await Promise.all([1, 2, 3, 4].map(() => Cluster.start(order)));
  await fill(single as Cluster);
  await join(primary, { 'us-east': secondary, 'eu-west': filtered, 'ap-south': away } as Record<string, Cluster>);
  const { wrap_info: wrapped } = await primary.root.must(
    'POST',
    'sys/replication/performance/primary/secondary-token',
    { id: 'sa-east' },
  );
  const sealed = await Cluster.start({ ...order, shares: 5, threshold: 3 });
  await sealed.root.must('POST', 'sys/seal', {});
  await sealed.anonymous.must('POST', 'sys/unseal', { key: sealed.keys[0] });
  const fresh = { server: await ServerProcess.start({ config: 'storage "file" { path = "data" }\n ui = true' }) };
  const writes = keepWriting(primary);
  const servers = { primary, secondary, filtered, away, single, sealed, fresh } as Omit<
    World,
    'stop' | 'activationToken'
  >;
  return {
    ...servers,
    activationToken: wrapped.token,
    async stop() {
      await writes.stop();
      await Promise.all(Object.values(servers).map(({ server }) => server.stop()));
      await kafka.stop();
    },
  };
}

async function join(primary: Cluster, secondaries: Readonly<Record<string, Cluster>>): Promise<void> {
  await primary.root.must('POST', 'sys/replication/performance/primary/paths-filter/eu-west', {
    mode: 'deny',
    paths: ['payroll/', 'transit-keys/'],
  });
  for (const [id, cluster] of Object.entries(secondaries)) {
    await cluster.join(primary, id);
    await cluster.generateRoot();
  }
}

/** What people have: engines, secrets, policies, users. */
async function fill({ root }: Cluster): Promise<void> {
  await root.must('POST', 'sys/policies/acl/superuser', { policy: SUPERUSER });
  await root.must('POST', 'sys/policies/acl/payments', {
    policy: 'path "secret/data/payments/*" {\n  capabilities = ["read", "list"]\n}\n',
  });
  await root.must('POST', 'sys/auth/userpass', { type: 'userpass', description: 'People of operations' });
  await root.must('POST', 'auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
  await root.must('POST', 'auth/userpass/users/reader', { password: 'changeme', policies: 'payments' });
  await root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' }, description: 'Applications' });
  await root.must('POST', 'sys/mounts/payroll', { type: 'kv', description: 'Never leaves the primary' });
  await root.must('POST', 'sys/mounts/transit-keys', { type: 'kv' });
  await root.must('POST', 'sys/mounts/here', { type: 'kv', local: true, description: 'Of this cluster alone' });
  for (const path of SECRETS) {
    await root.must('POST', `secret/data/${encodeURI(path)}`, { data: { user: 'service', password: 'first' } });
    await root.must('POST', `secret/data/${encodeURI(path)}`, { data: { user: 'service', password: 'second' } });
  }
}

const BETWEEN_WRITES_MS = 120;

/** So that lag is measured, and a chart has something to show. */
function keepWriting({ root }: Cluster): { stop(): Promise<void> } {
  let going = true;
  const writing = (async () => {
    for (let at = 0; going; at += 1) {
      await root.must('POST', `payroll/tick-${at % 50}`, { at });
      await root.must('POST', `secret/data/web/tick-${at % 50}`, { data: { at } });
      await new Promise((wake) => setTimeout(wake, BETWEEN_WRITES_MS));
    }
  })();
  return {
    stop() {
      going = false;
      return writing;
    },
  };
}
