import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, eventually, type Json } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { UUID } from '../harness/expectations';
import { ReplicationSet } from '../harness/replication-set';
import { rawMessages } from '../harness/topic';

// Done 4 of the contract with our users: what is secret is found neither in the broker's bytes nor in the database's.
describe('secrets at rest and on the wire', () => {
  let set: ReplicationSet;
  const markers = {
    value: 'MARKER-value-5c1a',
    nested: 'MARKER-nested-77e0',
    path: 'MARKER-path-9d42',
    password: 'MARKER-password-01fb',
    policy: 'MARKER-policy-text-ab77',
    local: 'MARKER-local-e1d9',
    wrapped: 'MARKER-wrapped-3c55',
    cubbyhole: 'MARKER-cubbyhole-60aa',
  };
  const tokens: string[] = [];

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'secrets', shares: 3, threshold: 2, config: 'log_format = "json"' });
    const { root } = set.primary;
    await root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    await root.must('POST', 'sys/mounts/plain', { type: 'kv' });
    await root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
    await root.must('POST', `secret/data/${markers.path}`, { data: { a: markers.value, b: { c: [markers.nested] } } });
    await root.must('POST', `plain/${markers.path}`, { a: markers.value });
    await root.must('POST', 'here/a', { a: markers.local });
    await root.must('POST', 'cubbyhole/a', { a: markers.cubbyhole });
    await root.must('POST', 'sys/policies/acl/marked', {
      policy: `# ${markers.policy}\npath "secret/*" { capabilities = ["read"] }`,
    });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await root.must('POST', 'auth/userpass/users/ann', { password: markers.password, policies: 'marked' });
    const wrapped = await root.request(
      'POST',
      'sys/wrapping/wrap',
      { a: markers.wrapped },
      { 'X-Vault-Wrap-TTL': '60s' },
    );
    const login = await set.primary.anonymous.must('POST', 'auth/userpass/login/ann', { password: markers.password });
    const made = await root.must('POST', 'auth/token/create', { policies: ['marked'] });
    tokens.push(
      set.primary.rootToken,
      wrapped.body.wrap_info.token,
      login.auth.client_token,
      made.auth.client_token,
      ...set.primary.keys,
    );
    await set.secondary.untilInStepWith(set.primary);
    const there = await set.secondary.anonymous.must('POST', 'auth/userpass/login/ann', { password: markers.password });
    tokens.push(there.auth.client_token);
    await set.primary.root.must('POST', `secret/data/${markers.path}`, { data: { a: markers.value } });
    await set.secondary.untilInStepWith(set.primary);
  });
  afterAll(() => set.stop());

  const inClear = (bytes: Buffer, texts: readonly string[]): string[] => texts.filter((text) => bytes.includes(text));

  it('are not in the topic: no value, path, password, policy, token or key', async () => {
    const messages = await rawMessages(set);
    expect(messages.length).toBeGreaterThan(5);
    expect(
      inClear(Buffer.concat(messages), [...Object.values(markers), ...tokens, 'secret/', 'userpass', 'marked']),
    ).toEqual([]);
  });

  it.each(['primary', 'secondary'] as const)('are not in the database files of the %s', (which) => {
    const folder = join(set[which].server.folder, 'data');
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(bytes.length).toBeGreaterThan(50_000);
    // Paths may be record keys (P9); nothing else.
    const { path: _path, ...values } = markers;
    expect(inClear(bytes, [...Object.values(values), ...tokens])).toEqual([]);
  });

  describe('while the logs tell the story of the set', () => {
    const PERFORMANCE = 'sys/replication/performance';
    const linesOf = ({ server }: Cluster): Json[] =>
      server.log
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
    const told = (cluster: Cluster, msg: string): Json[] => linesOf(cluster).filter((line) => line.msg === msg);
    const until = (cluster: Cluster, msg: string, times = 1) =>
      eventually(`the log to say "${msg}"`, async () => told(cluster, msg).length >= times, 30_000);
    /** Path of the audited request with an id, on the primary. */
    const auditedAs = (id: string): string | undefined => {
      const entries: Json[] = readFileSync(join(set.primary.server.folder, 'own.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return entries.find(({ request }) => request.id === id)?.request.path;
    };
    const from = { remoteAddress: '127.0.0.1', requestId: UUID };
    let ops: Api;
    let operator: object;

    beforeAll(async () => {
      const { root } = set.primary;
      const { auth } = await root.must('POST', 'auth/token/create', { policies: ['root'], display_name: 'ops' });
      tokens.push(auth.client_token);
      ops = root.as(auth.client_token);
      operator = { by: 'token-ops', accessor: auth.accessor, ...from };
      await ops.must('POST', 'sys/audit/own', { type: 'file', local: true, options: { file_path: 'own.log' } });
    });

    it('tells of the start: init, each unseal key, the role, and the secondary that joined', async () => {
      const { primary, secondary } = set;
      const {
        data: { accessor },
      } = await primary.root.must('GET', 'auth/token/lookup-self');
      const byRoot = { by: 'root', accessor, ...from };
      await until(primary, 'a secondary is connected');
      expect(linesOf(primary)).toEqual(
        expect.arrayContaining(
          [
            { msg: 'the cluster was initialised', secret_shares: 3, secret_threshold: 2, ...from },
            { msg: 'an unseal key was taken', progress: 1, required: 2, ...from },
            { msg: 'the cluster is unsealed', ...from },
            { msg: 'this cluster was made a replication primary', ...byRoot },
            { msg: 'an activation token was made for a secondary', id: 'us-east', ...byRoot },
            { msg: 'a secondary joins the set', secondary: 'us-east' },
            { msg: 'a secondary is connected', secondary: 'us-east', address: secondary.server.address },
            { msg: 'a secrets engine was enabled', path: 'here', type: 'kv', local: true, ...byRoot },
            { msg: 'an auth method was enabled', path: 'userpass', type: 'userpass', ...byRoot },
          ].map((line) => expect.objectContaining(line) as unknown),
        ),
      );
      expect(told(secondary, 'this cluster joins a replication set as a secondary')).toEqual([
        expect.objectContaining({ by: 'root', accessor: expect.any(String) as string, ...from }),
      ]);
      expect(told(secondary, 'connected to the primary cluster')).not.toEqual([]);
    });

    it('tells of a secondary that is lost, connected again, and revoked', async () => {
      const { primary, secondary } = set;
      await secondary.server.stop();
      await until(primary, 'lost a secondary: it is not heard any more');
      await secondary.restart();
      await until(primary, 'a secondary is connected', 2);
      expect(told(primary, 'lost a secondary: it is not heard any more')).toEqual([
        expect.objectContaining({ secondary: 'us-east' }),
      ]);
      await ops.must('POST', `${PERFORMANCE}/primary/revoke-secondary`, { id: 'us-east' });
      const [revoked] = told(primary, 'a secondary was revoked');
      expect(revoked).toMatchObject({ id: 'us-east', ...operator });
      expect(auditedAs(revoked.requestId)).toBe(`${PERFORMANCE}/primary/revoke-secondary`);
      await until(secondary, 'lost the primary cluster; trying again');
    });

    it('tells of a seal, and of keys that do not open it', async () => {
      const { primary } = set;
      await ops.must('PUT', 'sys/seal');
      expect((await primary.anonymous.post('sys/unseal', { key: markers.password })).status).toBe(400);
      await primary.unseal();
      expect(told(primary, 'the cluster was sealed')).toEqual([expect.objectContaining(operator)]);
      expect(told(primary, 'an unseal key was refused')).toEqual([
        expect.objectContaining({ reason: expect.any(String) as string, ...from }),
      ]);
      expect(told(primary, 'an unseal key was taken')).toHaveLength(2);
      expect(told(primary, 'the cluster is unsealed')).toHaveLength(2);
    });

    it.each([
      ['a secrets engine was enabled', 'sys/mounts/story', 'POST', { type: 'kv' }, { path: 'story', type: 'kv' }],
      [
        'a secrets engine was tuned',
        'sys/mounts/story/tune',
        'POST',
        { description: markers.value },
        { path: 'story' },
      ],
      ['a mount was moved', 'sys/remount', 'POST', { from: 'story', to: 'moved' }, { from: 'story', to: 'moved' }],
      ['a secrets engine was disabled', 'sys/mounts/moved', 'DELETE', undefined, { path: 'moved' }],
      ['a policy was written', 'sys/policies/acl/told', 'POST', { policy: `# ${markers.policy}` }, { policy: 'told' }],
      ['the barrier key was rotated', 'sys/rotate', 'PUT', {}, {}],
      ['this primary was demoted to a secondary', `${PERFORMANCE}/primary/demote`, 'POST', {}, {}],
      [
        'this secondary was promoted to the primary of its set',
        `${PERFORMANCE}/secondary/promote`,
        'POST',
        { force: true },
        { force: true },
      ],
    ] as const)('tells that %s, who asked for it, and in which request', async (msg, path, method, body, facts) => {
      await ops.must(method, path, body);
      const line = told(set.primary, msg).at(-1);
      expect(line).toMatchObject({ ...facts, ...operator });
      expect(auditedAs(line.requestId)).toBe(path);
    });

    it('tells why a change of the role was refused', async () => {
      expect((await ops.post(`${PERFORMANCE}/secondary/promote`)).status).toBe(400);
      expect(told(set.primary, 'a change of the replication was refused').at(-1)).toMatchObject({
        path: `${PERFORMANCE}/secondary/promote`,
        reason: expect.stringContaining('secondary mode is not enabled'),
        ...operator,
      });
    });

    it('tells of a rekey step by step', async () => {
      const { primary } = set;
      const { nonce } = await ops.must('PUT', 'sys/rekey/init', { secret_shares: 3, secret_threshold: 2 });
      for (const key of primary.keys.slice(0, 2)) {
        const { keys = [], keys_base64: inBase64 = [] } = await ops.must('PUT', 'sys/rekey/update', { key, nonce });
        tokens.push(...keys, ...inBase64);
      }
      expect(linesOf(primary).filter(({ msg }) => /\brekey\b/.test(msg))).toMatchObject([
        { msg: 'a rekey was begun', ...operator, withToken: true },
        { msg: 'a share was given for the rekey', progress: 1, required: 2 },
        { msg: 'a share was given for the rekey', progress: 2, required: 2 },
        { msg: 'the rekey is complete', ...operator },
      ]);
    });

    it('tells of a user who is locked out, and is let in again', async () => {
      const { primary } = set;
      const {
        'userpass/': { accessor },
      } = (await ops.must('GET', 'sys/auth')).data;
      for (let guess = 0; guess < 5; guess += 1)
        await primary.anonymous.post('auth/userpass/login/ann', { password: `${markers.wrapped}-${guess}` });
      expect(told(primary, 'a user is locked out after failed logins')).toMatchObject([
        {
          mount: 'auth/userpass/',
          failures: 5,
          remoteAddress: '127.0.0.1',
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ]);
      await ops.must('POST', `sys/locked-users/${accessor}/unlock/ann`);
      expect(told(primary, 'a locked user was unlocked')).toMatchObject([{ alias: 'ann', ...operator }]);
    });
  });

  it("are not in the servers' logs", () => {
    for (const cluster of [set.primary, set.secondary]) {
      expect(
        inClear(Buffer.from(cluster.server.log), [
          ...Object.values(markers).filter((text) => text !== markers.path),
          ...tokens,
        ]),
      ).toEqual([]);
    }
  });
});
