import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type Json } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

const SECRET = 'not-for-the-log';

const entriesOf = (cluster: Cluster, file: string): Json[] => {
  const path = join(cluster.server.folder, file);
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
};

/** Who may say what was done, and where: on both clusters, by one request id. */
describe('audit of forwarded requests', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'audit' });
    [primary, secondary] = [set.primary, set.secondary];
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } });
    await primary.root.must('PUT', 'sys/policies/acl/reader', { policy: 'path "kv/*" { capabilities = ["read"] }' });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
    // Relative: each cluster has a file of its own in its own folder.
    await primary.root.must('PUT', 'sys/audit/shared', { type: 'file', options: { file_path: 'shared.log' } });
    await secondary.untilInStepWith(primary);
    for (const cluster of [primary, secondary])
      await cluster.root.must('PUT', 'sys/audit/own', { type: 'file', local: true, options: { file_path: 'own.log' } });
  }, 120_000);
  afterAll(() => set.stop());

  /** Entries of one request, on both devices of a cluster: the same in number on each. */
  function logged(cluster: Cluster, id: string): Json[] {
    const [own, shared] = ['own.log', 'shared.log'].map((file) =>
      entriesOf(cluster, file).filter(({ request }) => request.id === id),
    ) as [Json[], Json[]];
    expect(shared.map(({ type }) => type)).toEqual(own.map(({ type }) => type));
    return own;
  }

  it('puts request and response on record on both sides, under the same id, no secret in the clear', async () => {
    const { request_id: id } = await secondary.root.must('POST', 'kv/data/a', { data: { value: SECRET } });
    const [here, there] = [logged(secondary, id), logged(primary, id)];
    for (const entries of [here, there]) {
      expect(entries.map(({ type }) => type)).toEqual(['request', 'response']);
      expect(entries[0]).toMatchObject({
        request: { path: 'kv/data/a', operation: 'create', mount_type: 'kv', remote_address: '127.0.0.1' },
        auth: { display_name: 'root', policies: ['root'] },
      });
      expect(entries[1]).toMatchObject({ response: { data: { version: 1 } } });
    }
    expect(there.map(({ forwarded_from: from }) => from)).toEqual(['us-east', 'us-east']);
    expect(here.map(({ forwarded_from: from }) => from)).toEqual([undefined, undefined]);
    // The primary gets no handle to the secondary's token, not even a hash.
    expect(here[0].auth.client_token).toMatch(/^hmac-sha256:/);
    expect(there[0].auth).not.toHaveProperty('client_token');
    for (const cluster of [primary, secondary]) {
      for (const file of ['own.log', 'shared.log']) {
        const text = readFileSync(join(cluster.server.folder, file), 'utf8');
        for (const secret of [SECRET, secondary.rootToken, primary.rootToken]) expect(text).not.toContain(secret);
      }
    }
  });

  it("hashes with the device's own salt: the replicated device alike on both sides, the local ones each on its own", async () => {
    const hashOf = async (cluster: Cluster, device: string): Promise<string> =>
      (await cluster.root.must('POST', `sys/audit-hash/${device}`, { input: SECRET })).data.hash;
    expect(await hashOf(secondary, 'shared')).toBe(await hashOf(primary, 'shared'));
    expect(await hashOf(secondary, 'own')).not.toBe(await hashOf(primary, 'own'));
    const entry = entriesOf(primary, 'shared.log').find(({ request }) => request.path === 'kv/data/a');
    expect(entry.request.data.data.value).toBe(await hashOf(secondary, 'shared'));
  });

  it('puts what the primary refuses on record on both sides, with the reason', async () => {
    const before = entriesOf(primary, 'own.log').length;
    expect((await secondary.root.post('kv/data/a', { data: { value: 'x' }, options: { cas: 7 } })).status).toBe(400);
    const refused = entriesOf(primary, 'own.log').slice(before);
    expect(refused.map(({ type }) => type)).toEqual(['request', 'response']);
    const [
      {
        request: { id },
      },
    ] = refused as [Json];
    for (const cluster of [primary, secondary]) {
      const [, response] = logged(cluster, id);
      expect(response.error).toContain('check-and-set');
    }
  });

  it('tells the primary nothing of what stays on the secondary: reads, and what is denied there', async () => {
    const { auth } = await secondary.root.must('POST', 'auth/token/create', { policies: ['reader'] });
    const reader = secondary.anonymous.as(auth.client_token);
    const before = entriesOf(primary, 'own.log').length;
    const { request_id: id } = await reader.must('GET', 'kv/data/a');
    expect((await reader.post('kv/data/a', { data: { value: 'denied' } })).status).toBe(403);
    expect(logged(secondary, id).map(({ type }) => type)).toEqual(['request', 'response']);
    expect(entriesOf(secondary, 'own.log').slice(-2)).toMatchObject([
      { request: { path: 'kv/data/a' } },
      { error: expect.stringContaining('permission denied') },
    ]);
    expect(entriesOf(primary, 'own.log')).toHaveLength(before);
  });

  it('refuses a replicated device on the secondary, and knows only its own local ones', async () => {
    const answer = await secondary.root.request('PUT', 'sys/audit/more', {
      type: 'file',
      options: { file_path: 'more.log' },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [expect.stringContaining('replication secondary'), expect.stringContaining('or here with local=true')],
      },
    });
    for (const cluster of [primary, secondary]) {
      expect((await cluster.root.must('GET', 'sys/audit')).data).toMatchObject({
        'own/': { local: true },
        'shared/': { local: false },
      });
    }
  });

  it('blocks the secondary, and it alone, while a replicated device is its only one and cannot write', async () => {
    const blocker = join(secondary.server.folder, 'only-there');
    writeFileSync(blocker, 'a file where a folder should be');
    await primary.root.must('PUT', 'sys/audit/blocked', {
      type: 'file',
      options: { file_path: 'only-there/audit.log' },
    });
    await secondary.untilInStepWith(primary);
    // Another device can log: the request goes on.
    await secondary.root.must('GET', 'kv/data/a');
    await primary.root.must('DELETE', 'sys/audit/shared');
    await secondary.untilInStepWith(primary);
    // Done, but its own answer finds no device any more.
    expect((await secondary.root.delete('sys/audit/own')).status).toBe(500);
    expect((await secondary.root.get('kv/data/a')).status).toBe(500);
    expect((await secondary.root.post('kv/data/blocked', { data: { value: 'x' } })).status).toBe(500);
    expect((await primary.root.get('kv/data/blocked')).status).toBe(404);
    await primary.root.must('POST', 'kv/data/a', { data: { value: 'the primary goes on' } });

    rmSync(blocker);
    secondary.server.signal('SIGHUP');
    await eventually('the device to write again', async () => (await secondary.root.get('kv/data/a')).status === 200);
    expect(entriesOf(secondary, 'only-there/audit.log').at(-1)).toMatchObject({
      type: 'response',
      request: { path: 'kv/data/a' },
    });
    await secondary.untilInStepWith(primary);
    expect((await secondary.root.get('kv/data/a')).body.data.data).toEqual(
      (await primary.root.get('kv/data/a')).body.data.data,
    );
  }, 120_000);
});
