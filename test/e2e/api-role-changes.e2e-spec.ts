import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { expectRefusal, type Refusal } from '../harness/expectations';
import { ReplicationSet } from '../harness/replication-set';

const PRIMARY = 'sys/replication/performance/primary';
const SECONDARY = 'sys/replication/performance/secondary';
const QUARANTINE = 'sys/replication/performance/quarantine';
const NOT_PRIMARY = ['performance replication primary mode is not enabled on this cluster'];
const NOT_SECONDARY = ['performance replication secondary mode is not enabled on this cluster'];
const UNAVAILABLE = 'Vault will be unavailable for a brief period and will resume service shortly.';

const ON_PRIMARY: readonly Refusal[] = [
  ['POST', `${SECONDARY}/promote`, {}, 400, NOT_SECONDARY],
  ['POST', `${SECONDARY}/promote`, { dry_run: true }, 400, NOT_SECONDARY],
  ['POST', `${SECONDARY}/disable`, {}, 400, NOT_SECONDARY],
  ['POST', `${SECONDARY}/update-primary`, { token: '' }, 400, NOT_SECONDARY],
  ['GET', `${PRIMARY}/demote`, undefined, 405, [expect.stringContaining('unsupported operation') as string]],
];
const ON_SECONDARY: readonly Refusal[] = [
  ['POST', `${PRIMARY}/demote`, {}, 400, NOT_PRIMARY],
  ['POST', `${PRIMARY}/disable`, {}, 400, NOT_PRIMARY],
  ['POST', `${SECONDARY}/update-primary`, {}, 400, ['token must be specified']],
  [
    'POST',
    `${SECONDARY}/update-primary`,
    { token: 'x', update_primary_addrs: ['https://a:1'] },
    400,
    ['token and update_primary_addrs are mutually exclusive'],
  ],
  [
    'POST',
    `${SECONDARY}/update-primary`,
    { update_primary_addrs: ['nonsense'] },
    400,
    [expect.stringContaining('must be an address such as') as string],
  ],
  [
    'POST',
    `${SECONDARY}/update-primary`,
    { update_primary_addrs: ['https://127.0.0.1:1'] },
    502,
    [expect.stringContaining('the primary answers at none of the addresses') as string],
  ],
  ['POST', `${SECONDARY}/update-primary`, { token: 'nonsense' }, 400, [expect.any(String) as string]],
  [
    'POST',
    `${SECONDARY}/promote`,
    { primary_cluster_addr: 'http://a' },
    400,
    [expect.stringContaining('primary_cluster_addr must be an address') as string],
  ],
  [
    'POST',
    `${SECONDARY}/promote`,
    {},
    400,
    [
      expect.stringMatching(
        /^refusing to promote: check primary-gone failed: the primary still answers at https:/,
      ) as string,
    ],
  ],
  ['POST', `${QUARANTINE}/discard`, { indexes: [1], all: true }, 400, ['give either indexes or all=true']],
  ['POST', `${QUARANTINE}/discard`, { indexes: ['one'] }, 400, ['indexes must be whole numbers, not "one"']],
  ['POST', `${QUARANTINE}/reapply`, {}, 400, ['give either indexes or all=true']],
];

describe('sys/replication: changes of the role', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'roles', config: 'replication { forward_mounts = true }' });
    ({ primary, secondary } = set);
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await primary.root.must('POST', 'sys/policies/acl/writer', {
      policy: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }',
    });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  });
  afterAll(() => set.stop());

  const mountedAt = async ({ root }: Cluster) => ({
    mounts: (await root.must('GET', 'sys/mounts')).data,
    auth: (await root.must('GET', 'sys/auth')).data,
    audit: (await root.must('GET', 'sys/audit')).data,
  });
  const warns = (text: string) =>
    expect.objectContaining({
      status: 200,
      body: expect.objectContaining({ data: null, warnings: [text] }),
    }) as unknown;

  it.each(ON_PRIMARY)('on a primary refuses %s %s %j', (...refusal) => expectRefusal(primary.root, refusal));
  it.each(ON_SECONDARY)('on a secondary refuses %s %s %j', (...refusal) => expectRefusal(secondary.root, refusal));

  it('needs a token, and sudo where mutations are thrown away or written anew', async () => {
    expect((await primary.anonymous.post(`${PRIMARY}/demote`)).status).toBe(403);
    await primary.root.must('PUT', 'sys/policies/acl/no-sudo', {
      policy: 'path "sys/replication/*" { capabilities = ["update", "read"] }',
    });
    const { auth } = await primary.root.must('POST', 'auth/token/create', { policies: ['no-sudo'] });
    const limited = primary.root.as(auth.client_token);
    expect((await limited.get(QUARANTINE)).body.data).toEqual({ mutations: [] });
    for (const action of ['discard', 'reapply'])
      expect((await limited.post(`${QUARANTINE}/${action}`, { indexes: [1] })).status).toBe(403);
  });

  it('previews what would change, and changes nothing', async () => {
    const enabling = await primary.root.must('POST', `${PRIMARY}/enable`, {
      dry_run: true,
      primary_cluster_addr: 'https://elsewhere:8201',
    });
    expect(enabling.data).toMatchObject({
      would: 'change the address that secondaries are given',
      secondaries: ['us-east'],
    });
    const demotion = await primary.root.must('POST', `${PRIMARY}/demote`, { dry_run: true });
    expect(demotion.data).toMatchObject({ secondaries_cut_off: ['us-east'], unpublished_mutations: 0 });
    expect((await primary.root.must('POST', `${PRIMARY}/disable?dry_run=true`)).data).toMatchObject({
      secondaries_cut_off: ['us-east'],
    });
    expect((await secondary.root.must('POST', `${SECONDARY}/disable`, { dry_run: true })).data).toMatchObject({
      lost_mutations: 0,
    });
    expect((await secondary.root.must('POST', `${SECONDARY}/promote`, { dry_run: true })).data).toMatchObject({
      possible_without_force: false,
      checks: [
        { name: 'primary-gone', passed: false },
        { name: 'in-step', passed: true },
        { name: 'broker', passed: true },
      ],
    });
    const revocation = await primary.root.must('POST', `${PRIMARY}/revoke-secondary`, { id: 'us-east', dry_run: true });
    expect(revocation).toMatchObject({
      data: { state: 'active', held_keys: true, stream: 'full', ends_batch_tokens: true, removes_filter: false },
      warnings: [expect.stringContaining('held the keys of the set')],
    });
    const update = await secondary.root.must('POST', `${SECONDARY}/update-primary`, { token: '', dry_run: true });
    expect(update.data).toEqual({ would: expect.stringContaining('follow no primary') });
    await primary.root.must('POST', `${PRIMARY}/paths-filter/us-east`, {
      mode: 'allow',
      paths: ['kv/'],
      dry_run: true,
    });
    expect((await primary.root.delete(`${PRIMARY}/paths-filter/us-east?dry_run=true`)).body.data).toMatchObject({
      shown_mounts: [],
      records_sent: 0,
      forwarding: 'all',
    });
    for (const change of ['discard', 'reapply'])
      expect((await secondary.root.must('POST', `${QUARANTINE}/${change}`, { all: true, dry_run: true })).data).toEqual(
        expect.objectContaining({ would: expect.stringContaining('0 mutations'), mutations: [] }),
      );
    expect(await primary.status()).toMatchObject({
      mode: 'primary',
      epoch: 1,
      primary_cluster_addr: '',
      known_secondary_states: { 'us-east': 'active' },
    });
    expect(await secondary.status()).toMatchObject({ mode: 'secondary', state: 'stream-wals' });
  });

  it('has the primary change what is mounted, where forward_mounts is set', async () => {
    const kinds = [
      ['sys/mounts', { type: 'kv' }],
      ['sys/auth', { type: 'userpass' }],
      ['sys/audit', { type: 'file', options: { file_path: 'shared.log' } }],
    ] as const;
    const shown = async ({ root }: Cluster, kind: string) => (await root.must('GET', kind)).data['shared/'];
    for (const [kind, body] of kinds) {
      expect((await secondary.root.post(`${kind}/shared`, body)).status).toBe(204);
      await secondary.untilInStepWith(primary);
      const [here, there] = [await shown(secondary, kind), await shown(primary, kind)];
      expect(there).toMatchObject({ type: body.type, local: false });
      expect(here).toEqual(there);
    }
    const [, id] =
      /a secrets engine was enabled: path=shared type=kv by=root secondary=us-east requestId=(\S+)/.exec(
        primary.server.log,
      ) ?? [];
    expect(secondary.server.log).toMatch(
      new RegExp(`a secrets engine was enabled: path=shared type=kv by=root accessor=.* requestId=${id}`),
    );
    await secondary.root.must('POST', 'sys/mounts/shared/tune', { description: 'tuned there' });
    await secondary.root.must('POST', 'sys/remount', { from: 'shared/', to: 'moved/' });
    expect((await primary.root.must('GET', 'sys/mounts')).data['moved/']).toMatchObject({ description: 'tuned there' });
    for (const path of ['sys/mounts/moved', 'sys/auth/shared', 'sys/audit/shared'])
      expect((await secondary.root.delete(path)).status).toBe(204);
    for (const [kind] of kinds) expect(await shown(primary, kind)).toBeUndefined();
  });

  it('forgets the primary for an empty token, and finds it again by addresses that answer', async () => {
    expect((await secondary.root.post(`${SECONDARY}/update-primary`, { token: '' })).status).toBe(200);
    expect(await secondary.status()).toMatchObject({
      mode: 'secondary',
      state: 'idle',
      known_primary_cluster_addrs: [],
      primaries: [],
    });
    await primary.root.must('POST', 'kv/meanwhile', { value: 1 });
    const forwarded = await secondary.root.post('kv/x', { value: 1 });
    expect(forwarded).toMatchObject({
      status: 503,
      body: {
        errors: [
          expect.stringMatching(/^failed to forward request to the primary cluster: this secondary has no primary/),
        ],
      },
    });
    const address = `https://127.0.0.1:${primary.server.clusterPort}`;
    await secondary.root.must('POST', `${SECONDARY}/update-primary`, {
      update_primary_addrs: ['https://127.0.0.1:1', address],
    });
    await secondary.untilStreaming();
    await secondary.untilInStepWith(primary);
    expect(await secondary.status()).toMatchObject({ known_primary_cluster_addrs: [address] });
    expect((await secondary.root.must('GET', 'kv/meanwhile')).data).toEqual({ value: 1 });
  });

  it('disables both sides with the data intact', async () => {
    const { merkle_root: root } = await secondary.status();
    expect(await secondary.root.post(`${SECONDARY}/disable`)).toEqual(
      warns(`This cluster is having replication disabled. ${UNAVAILABLE}`),
    );
    expect(await secondary.status()).toEqual({ mode: 'disabled' });
    expect(root).toMatch(/^[0-9a-f]{40}$/);
    expect((await secondary.root.must('GET', 'kv/meanwhile')).data).toEqual({ value: 1 });
    expect((await secondary.root.post('kv/own', { value: 'written by itself' })).status).toBe(204);
    expect(await primary.root.post('sys/replication/primary/disable')).toEqual(
      warns(`This cluster is having replication disabled. ${UNAVAILABLE}`),
    );
    expect(await primary.status()).toEqual({ mode: 'disabled' });
    expect((await primary.root.must('GET', 'kv/meanwhile')).data).toEqual({ value: 1 });
    for (const cluster of [primary, secondary]) {
      await cluster.server.kill();
      await cluster.restart();
      expect(await cluster.status()).toEqual({ mode: 'disabled' });
    }
  }, 120_000);

  it('makes another set when enabled again, which the former secondary joins with a wipe', async () => {
    await primary.enablePrimary();
    expect(await primary.status()).toMatchObject({ mode: 'primary', known_secondaries: [], epoch: 1 });
    await secondary.join(primary, 'us-east', { forwarding: 'data' });
    await secondary.generateRoot();
    await secondary.untilInStepWith(primary);
    expect((await secondary.root.get('kv/own')).status).toBe(404);
    expect((await secondary.root.must('GET', 'kv/meanwhile')).data).toEqual({ value: 1 });
  }, 120_000);

  it('bounds a secondary without a filter by the level that its token was made with', async () => {
    const refused = (text: string) =>
      expect.objectContaining({ status: 403, body: { errors: [expect.stringContaining(text)] } }) as unknown;
    await eventually('the level to be shown', async () => (await secondary.status()).forwarding === 'data', 20_000);
    expect(await primary.status()).toMatchObject({
      known_secondary_forwarding: { 'us-east': 'data' },
      secondaries: [expect.objectContaining({ node_id: 'us-east', forwarding: 'data', stream: 'full' })],
    });
    expect(await secondary.root.post('kv/by-root', { value: 1 })).toEqual(
      refused('root of secondary "us-east" is not root here, for its forwarding level is "data"'),
    );
    const { auth } = await secondary.root.must('POST', 'auth/token/create', { policies: ['writer'] });
    const writer = secondary.root.as(auth.client_token);
    expect((await writer.post('kv/forwarded', { value: 'data' })).status).toBe(204);
    expect((await primary.root.must('GET', 'kv/forwarded')).data).toEqual({ value: 'data' });
    await primary.root.must('POST', 'sys/auth/staff', { type: 'userpass' });
    await secondary.untilInStepWith(primary);
    const before = { policies: (await primary.root.must('GET', 'sys/policy')).data, ...(await mountedAt(primary)) };
    for (const [path, body] of [
      ['sys/policies/acl/more', { policy: 'path "x" { capabilities = ["read"] }' }],
      ['sys/mounts/more', { type: 'kv' }],
      ['sys/mounts/kv/tune', { description: 'd' }],
      ['sys/auth/more', { type: 'userpass' }],
      ['sys/audit/more', { type: 'file', options: { file_path: 'more.log' } }],
      ['auth/staff/users/eve', { password: 'pa55word' }],
    ] as const) {
      expect({ path, answer: await writer.post(path, body) }).toEqual({
        path,
        answer: refused(
          'the forwarding level of secondary "us-east" is "data": what decides about access is written at the primary',
        ),
      });
    }
    expect({ policies: (await primary.root.must('GET', 'sys/policy')).data, ...(await mountedAt(primary)) }).toEqual(
      before,
    );
    expect((await primary.root.get('auth/staff/users/eve')).status).toBe(404);
  });
});
