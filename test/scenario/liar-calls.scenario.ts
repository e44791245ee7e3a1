import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../harness/cluster';
import { auditOf, type CallAnswer, Liar } from '../harness/liar';
import { ReplicationSet } from '../harness/replication-set';

const FILTER = 'sys/replication/performance/primary/paths-filter';
const SECRET = 'the board minutes';
const CALLS = [
  'bootstrap',
  'renew-certificate',
  'set-keys',
  'stream-keys',
  'heartbeat',
  'mend',
  'reapply',
  'dynamic-filter',
  'forward',
  'forward-outcome',
  'merkle-root',
  'merkle-pages',
  'merkle-page',
  'merkle-leaves',
  'merkle-scan',
  'merkle-fetch',
];

/** What is each cluster's own, whoever asks for it. */
const OWN: readonly (readonly [operation: string, path: string, data?: object])[] = [
  ['delete', `${FILTER}/us`],
  ['update', `${FILTER}/us`, { mode: 'deny', paths: [] }],
  ['update', 'sys/replication/performance/primary/secondary-token', { id: 'more' }],
  ['update', 'sys/replication/performance/primary/revoke-secondary', { id: 'eu' }],
  ['update', 'sys/replication/performance/primary/demote'],
  ['update', 'sys/replication/performance/primary/allow-reapply', { id: 'us' }],
  ['update', 'sys/seal'],
  ['update', 'sys/unseal', { key: 'x' }],
  ['update', 'sys/rotate'],
  ['update', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }],
  ['update', 'sys/generate-root/attempt'],
  ['update', 'sys/init', {}],
  ['read', 'sys/mounts'],
  ['read', 'sys/auth'],
  ['read', 'sys/internal/ui/mounts'],
  ['read', 'sys/internal/specs/openapi'],
  ['read', 'sys/audit'],
  ['update', 'sys/audit-hash/own', { input: 'x' }],
  ['update', 'sys/audit/evil', { type: 'file', local: true, options: { file_path: 'evil.log' } }],
  ['delete', 'sys/audit/own'],
  ['update', 'sys/wrapping/unwrap', { token: 'x' }],
  ['update', 'sys/wrapping/wrap', { a: 1 }],
  ['update', 'auth/token/create', { policies: ['root'] }],
  ['update', 'auth/token/lookup', { token: 'x' }],
  ['list', 'auth/token/accessors'],
  ['list', 'sys/leases/lookup/'],
  ['update', 'sys/leases/revoke-prefix/auth'],
  ['update', 'sys/capabilities-self', { paths: ['x'] }],
  ['read', 'cubbyhole/x'],
  ['read', 'here/x'],
  ['update', 'here/x', { value: 'changed' }],
  ['delete', 'sys/mounts/here'],
  ['update', 'sys/mounts/there', { type: 'kv', local: true }],
  ['help', 'open/x'],
];

/** About what is hidden from `us`. */
const HIDDEN: readonly (readonly [operation: string, path: string, data?: object])[] = [
  ['read', 'project-zeus/minutes'],
  ['update', 'project-zeus/minutes', { value: 'changed' }],
  ['delete', 'project-zeus/minutes'],
  ['list', 'project-zeus/'],
  ['read', '/project-zeus/minutes'],
  ['read', 'project-zeus//minutes'],
  ['delete', 'sys/mounts/project-zeus'],
  ['update', 'sys/mounts/project-zeus/tune', { description: 'x' }],
  ['update', 'sys/remount', { from: 'project-zeus', to: 'open2' }],
  ['update', 'sys/remount', { from: 'open', to: 'project-zeus/x' }],
  ['update', 'sys/mounts/project-zeus/below', { type: 'kv' }],
];

// What somebody can do who has a secondary's certificate, and says what he likes with it (SECURITY.md).
describe('a secondary that lies on the cluster port', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let filtered: Liar;
  let whole: Liar;
  let hiddenUuid: string;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'liar-calls', secondaries: [] });
    ({ primary } = set);
    const { root } = primary;
    for (const path of ['open', 'project-zeus', 'old-name'])
      await root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    await root.must('POST', 'sys/remount', { from: 'old-name', to: 'acquisition' });
    await root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await root.must('POST', 'sys/policies/acl/admin', {
      policy: 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }',
    });
    for (const [path, value] of [
      ['open/x', 'open'],
      ['project-zeus/minutes', SECRET],
      ['here/x', 'local'],
    ])
      await root.must('POST', path as string, { value });
    await root.must('PUT', 'sys/audit/own', { type: 'file', local: true, options: { file_path: 'own.log' } });
    hiddenUuid = (await root.must('GET', 'sys/mounts')).data['project-zeus/'].uuid;
    await root.must('POST', `${FILTER}/us`, { mode: 'deny', paths: ['project-zeus', 'acquisition'] });
    const joined = await Promise.all(
      ['us', 'eu'].map(async (id) => {
        const cluster = await set.another();
        await cluster.join(primary, id);
        return Liar.inPlaceOf(cluster);
      }),
    );
    [filtered, whole] = joined as [Liar, Liar];
  }, 180_000);
  afterAll(() => set.stop());

  /** Nothing that matters is other than before, and nothing hidden was told. */
  async function expectUnchanged(answers: readonly CallAnswer[]): Promise<void> {
    const { root, server } = primary;
    const told = JSON.stringify(answers);
    for (const hidden of [SECRET, Buffer.from(SECRET).toString('base64'), hiddenUuid, 'old-name'])
      expect(told).not.toContain(hidden);
    expect((await root.must('GET', 'project-zeus/minutes')).data).toEqual({ value: SECRET });
    expect((await root.must('GET', 'here/x')).data).toEqual({ value: 'local' });
    expect((await root.must('GET', `${FILTER}/us`)).data).toMatchObject({
      mode: 'deny',
      paths: ['project-zeus/', 'acquisition/'],
      forwarding: 'data',
    });
    const mounts = Object.keys((await root.must('GET', 'sys/mounts')).data).sort();
    expect(mounts).toEqual(['acquisition/', 'cubbyhole/', 'here/', 'identity/', 'open/', 'project-zeus/', 'sys/']);
    expect(Object.keys((await root.must('GET', 'sys/audit')).data)).toEqual(['own/']);
    expect(await primary.anonymous.must('GET', 'sys/seal-status')).toMatchObject({ sealed: false, initialized: true });
    expect((await primary.status()).known_secondaries).toEqual(expect.arrayContaining(['eu', 'us']));
    expect(server.log).not.toContain('a cluster call failed');
  }

  /** What is recorded of a peer while the work is done. */
  async function recorded(id: string, work: () => Promise<unknown>): Promise<string[]> {
    const before = auditOf(primary, 'own.log').length;
    await work();
    return auditOf(primary, 'own.log')
      .slice(before)
      .filter(({ forwarded_from: from, type }) => from === id && type === 'response')
      .map(({ request }) => request.path);
  }

  it.each([
    ['that has not joined', '30m', 0],
    ['whose activation has expired', '1s', 1500],
  ])('gets nothing %s, but the keys once in time', async (_, ttl, wait) => {
    const id = `pending-${ttl}`;
    const liar = await Liar.unjoined(primary, id, { ttl });
    await sleep(wait);
    const answers: CallAnswer[] = [];
    const others = CALLS.filter((name) => name !== 'bootstrap');
    const paths = await recorded(id, async () => {
      for (const name of others) answers.push(await liar.call(name));
      answers.push(await liar.forward({ path: 'open/x', operation: 'read' }), await liar.call('constructor'));
      if (wait > 0) answers.push(await liar.call('bootstrap', {}));
    });
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
    expect(paths).toEqual(
      [...others, 'forward', 'constructor', ...(wait > 0 ? ['bootstrap'] : [])].map(
        (name) => `sys/replication/cluster-port/${name}`,
      ),
    );
    await expectUnchanged(answers);
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id });
  });

  it("has the primary do nothing that is each cluster's own, filtered or not, and all of it is recorded", async () => {
    for (const liar of [filtered, whole]) {
      const answers: CallAnswer[] = [];
      const paths = await recorded(liar.id, async () => {
        for (const [operation, path, data = {}] of OWN) answers.push(await liar.forward({ path, operation, data }));
      });
      const done = answers
        .map(({ status }, at) => [status, ...(OWN[at] as readonly unknown[])])
        .filter(([status]) => (status as number) < 400);
      expect(done).toEqual([]);
      expect(paths).toEqual(
        OWN.map(([operation, path]) => (operation === 'help' ? 'sys/replication/cluster-port/forward' : path)),
      );
      await expectUnchanged(answers);
    }
  });

  it('gets nothing of what is hidden, whoever it says that asks', async () => {
    const answers: CallAnswer[] = [];
    for (const policies of [['root'], ['admin'], ['root', 'admin']]) {
      for (const [operation, path, data = {}] of HIDDEN)
        answers.push(await filtered.forward({ path, operation, data, policies }));
    }
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
    const scan = await filtered.call('merkle-scan', { maxBytes: 8_000_000 });
    expect(scan.status).toBe(200);
    expect(
      scan.body.map(({ key }: { key: string }) => key).filter((key: string) => key.startsWith('core/remount')),
    ).toEqual([]);
    const ofAll = await whole.call('merkle-scan', { maxBytes: 8_000_000 });
    const hidden = ofAll.body.map(({ key }: { key: string }) => key).filter((key: string) => key.includes(hiddenUuid));
    expect(hidden.length).toBeGreaterThan(1);
    const nothing = hidden.map((key: string) => ({ key, value: null }));
    expect((await filtered.call('merkle-fetch', { keys: hidden })).body).toEqual(nothing);
    expect((await whole.call('merkle-fetch', { keys: hidden })).body).not.toContainEqual(nothing[0]);
    answers.push(scan);
    await expectUnchanged(answers);
  });

  it('is not root, nor given a say in who may do what, where its level is data', async () => {
    const writes = [
      ['sys/policies/acl/evil', { policy: 'path "*" { capabilities = ["read"] }' }],
      ['auth/userpass/users/eve', { password: 'pa55word', policies: 'admin' }],
      ['sys/mounts/more', { type: 'kv' }],
      ['sys/auth/more', { type: 'userpass' }],
    ] as const;
    for (const [path, data] of writes)
      for (const policies of [['root'], ['admin']])
        expect((await filtered.forward({ path, data, policies })).status).toBe(403);
    expect((await filtered.forward({ path: 'open/by-root', data: { value: 'x' } })).status).toBe(403);
    expect((await filtered.forward({ path: 'open/by-admin', data: { value: 'x' }, policies: ['admin'] })).status).toBe(
      200,
    );
    expect(
      (await filtered.forward({ path: 'open/by-nobody', data: { value: 'x' }, policies: ['default'] })).status,
    ).toBe(403);
    expect(
      (await filtered.forward({ path: 'open/by-none', data: { value: 'x' }, more: { caller: undefined } })).status,
    ).toBe(403);
    // Unfiltered, of level all: root is believed, as in Vault, and so are the others as far as their policies go.
    expect((await whole.forward({ path: 'open/by-root', data: { value: 'x' } })).status).toBe(200);
    expect((await whole.forward({ path: 'open/by-nobody', data: { value: 'x' }, policies: ['default'] })).status).toBe(
      403,
    );
    expect((await primary.root.get('open/by-nobody')).status).toBe(404);
  });

  it('writes nothing anew of a reign that never was', async () => {
    const { root } = primary;
    const forged = (key: string, value: Buffer | null = null) => ({
      index: 1,
      epoch: 1,
      path: 'kv/x',
      batch: 'b',
      records: [{ key, value }],
    });
    const keys = ['keyring', 'seal-config', `entry/${hiddenUuid}/minutes`, `mount/${hiddenUuid}`, 'core/member/us'];
    const answers: CallAnswer[] = [];
    for (const key of keys)
      answers.push(await whole.call('reapply', forged(key)), await filtered.call('reapply', forged(key)));
    for (const id of ['us', 'eu']) await root.must('POST', 'sys/replication/performance/primary/allow-reapply', { id });
    for (const key of keys)
      for (const liar of [whole, filtered])
        for (const epoch of [0, 1, 2])
          answers.push(await liar.call('reapply', { ...forged(key), epoch, index: 10_000 }));
    answers.push(await whole.call('reapply', null), await whole.call('reapply', 'x'));
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
    await expectUnchanged(answers);
  });

  it('gets nothing at all once it is revoked', async () => {
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'eu' });
    for (const name of [...CALLS, 'constructor']) {
      const answer = await whole.call(name, name === 'forward' ? { path: 'open/x' } : {});
      expect([name, answer.status]).toEqual([name, 502]);
    }
  });
});
