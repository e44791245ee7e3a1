import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplicationSet } from '../harness/replication-set';
import { rawMessages } from '../harness/topic';

// Done 4 of the contract with our users: what is secret is found neither in the broker's bytes nor in the database's.
describe('secrets at rest and on the wire', () => {
  let set: ReplicationSet;
  const markers = {
    value: 'MARKER-value-5c1a', nested: 'MARKER-nested-77e0', path: 'MARKER-path-9d42', password: 'MARKER-password-01fb',
    policy: 'MARKER-policy-text-ab77', local: 'MARKER-local-e1d9', wrapped: 'MARKER-wrapped-3c55', cubbyhole: 'MARKER-cubbyhole-60aa',
  };
  const tokens: string[] = [];

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'secrets', shares: 3, threshold: 2 });
    const { root } = set.primary;
    await root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    await root.must('POST', 'sys/mounts/plain', { type: 'kv' });
    await root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
    await root.must('POST', `secret/data/${markers.path}`, { data: { a: markers.value, b: { c: [markers.nested] } } });
    await root.must('POST', `plain/${markers.path}`, { a: markers.value });
    await root.must('POST', 'here/a', { a: markers.local });
    await root.must('POST', 'cubbyhole/a', { a: markers.cubbyhole });
    await root.must('POST', 'sys/policies/acl/marked', { policy: `# ${markers.policy}\npath "secret/*" { capabilities = ["read"] }` });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await root.must('POST', 'auth/userpass/users/ann', { password: markers.password, policies: 'marked' });
    const wrapped = await root.request('POST', 'sys/wrapping/wrap', { a: markers.wrapped }, { 'X-Vault-Wrap-TTL': '60s' });
    const login = await set.primary.anonymous.must('POST', 'auth/userpass/login/ann', { password: markers.password });
    const made = await root.must('POST', 'auth/token/create', { policies: ['marked'] });
    tokens.push(set.primary.rootToken, wrapped.body.wrap_info.token, login.auth.client_token, made.auth.client_token, ...set.primary.keys);
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
    expect(inClear(Buffer.concat(messages), [...Object.values(markers), ...tokens, 'secret/', 'userpass', 'marked'])).toEqual([]);
  });

  it.each(['primary', 'secondary'] as const)('are not in the database files of the %s', (which) => {
    const folder = join(set[which].server.folder, 'data');
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(bytes.length).toBeGreaterThan(50_000);
    // Paths may be record keys (P9); nothing else.
    const { path: _path, ...values } = markers;
    expect(inClear(bytes, [...Object.values(values), ...tokens])).toEqual([]);
  });

  it('are not in the servers\' logs', () => {
    for (const cluster of [set.primary, set.secondary]) {
      expect(inClear(Buffer.from(cluster.server.log), [...Object.values(markers).filter((text) => text !== markers.path), ...tokens])).toEqual([]);
    }
  });
});
