import { eventually, type Json } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

// One keyring and one seal for the whole set: what the primary changes, its secondaries follow.
describe('rotation and rekey on the primary', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let us: Cluster;
  let eu: Cluster;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'keys', secondaries: ['us', 'eu'], shares: 3, threshold: 2 });
    [primary, us, eu] = [set.primary, set.secondaries[0] as Cluster, set.secondaries[1] as Cluster];
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await write('before', 'rotation');
    for (const secondary of set.secondaries) {
      await secondary.untilInStepWith(primary);
      await secondary.generateRoot();
    }
  }, 120_000);
  afterAll(() => set.stop());

  const write = (key: string, value: string) => primary.root.must('POST', `kv/${key}`, { value });
  const termOf = async (cluster: Cluster): Promise<number> =>
    (await cluster.root.must('GET', 'sys/key-status')).data.term;
  const sealOf = (cluster: Cluster): Promise<Json> => cluster.anonymous.must('GET', 'sys/seal-status');

  /** Seals a cluster and offers it shares. @returns whether they opened it. */
  async function opens(cluster: Cluster, keys: readonly string[]): Promise<boolean> {
    if (!(await sealOf(cluster)).sealed) await cluster.root.must('PUT', 'sys/seal');
    await cluster.anonymous.post('sys/unseal', { reset: true });
    for (const key of keys) await cluster.anonymous.post('sys/unseal', { key });
    return !(await sealOf(cluster)).sealed;
  }

  async function equalEverywhere(): Promise<void> {
    const { keys } = (await primary.root.must('GET', 'kv?list=true')).data;
    for (const secondary of set.secondaries) {
      await secondary.untilInStepWith(primary);
      for (const key of keys)
        expect((await secondary.root.get(`kv/${key}`)).body.data).toEqual(
          (await primary.root.get(`kv/${key}`)).body.data,
        );
    }
  }

  it('takes a rotated key into use everywhere, later also where a secondary was away', async () => {
    const state = (await primary.root.post('kv/named', { value: 1 })).headers.get('x-vault-index') as string;
    await eu.untilInStepWith(primary);
    await eu.server.kill();
    const term = await termOf(primary);
    for (let turn = 0; turn < 2; turn += 1) {
      await primary.root.must('PUT', 'sys/rotate');
      await write(`term ${turn}`, 'sealed with the new key');
    }
    expect(await termOf(primary)).toBe(term + 2);
    await us.untilInStepWith(primary);
    expect(await termOf(us)).toBe(term + 2);
    expect(await us.root.post('sys/rotate')).toMatchObject({
      status: 400,
      body: { errors: ['cannot rotate on a replication secondary'] },
    });
    // All clusters seal with that key, so the primary, which rotates it, counts for all.
    const counted = (await primary.root.must('GET', 'sys/key-status')).data.encryptions;
    for (let write = 0; write < 200; write += 1) await us.root.must('POST', 'cubbyhole/mine', { write });
    await eventually(
      'the primary to count them',
      async () => (await primary.root.must('GET', 'sys/key-status')).data.encryptions >= counted + 200,
    );
    // What is kept locally is sealed with the new key, too, and states that clients hold stay good.
    await us.root.must('POST', 'cubbyhole/mine', { value: 'local' });
    expect((await us.root.request('GET', 'kv/named', undefined, { 'X-Vault-Index': state })).status).toBe(200);
    await eu.restart();
    await equalEverywhere();
    expect(await termOf(eu)).toBe(term + 2);
  }, 120_000);

  it('opens every cluster with the same shares after a rotation, what was written before included', async () => {
    for (const cluster of [primary, ...set.secondaries]) expect(await opens(cluster, primary.keys.slice(1))).toBe(true);
    for (const secondary of set.secondaries) await secondary.untilStreaming();
    await write('after', 'a restart');
    await equalEverywhere();
    expect((await us.root.get('cubbyhole/mine')).body.data).toEqual({ value: 'local' });
  }, 120_000);

  it('takes new shares on every cluster after a rekey, and the old ones on none', async () => {
    await eu.server.stop();
    const [oldKeys, threshold] = [primary.keys, primary.threshold];
    const refusal = {
      status: 400,
      body: {
        errors: [
          expect.stringContaining(
            'rekeying can only be performed on the primary cluster when replication is activated',
          ),
        ],
      },
    };
    for (const [method, path] of [
      ['GET', 'sys/rekey/init'],
      ['PUT', 'sys/rekey/init'],
      ['PUT', 'sys/rekey/update'],
      ['DELETE', 'sys/rekey/init'],
    ] as const) {
      expect(
        await us.root.request(
          method,
          path,
          method === 'PUT' ? { secret_shares: 1, secret_threshold: 1, key: oldKeys[0] } : undefined,
        ),
      ).toMatchObject(refusal);
    }
    const { nonce } = await primary.root.must('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
    let done: Json;
    for (const key of oldKeys.slice(0, threshold))
      done = await primary.root.must('PUT', 'sys/rekey/update', { key, nonce });
    expect(done.complete).toBe(true);
    const keys: string[] = done.keys_base64;
    await us.untilInStepWith(primary);
    expect(await sealOf(us)).toMatchObject({ t: 3, n: 5, sealed: false });

    // The one that was away knows nothing of it yet: its own store still has the old seal, until it has caught up.
    await eu.restart();
    await eu.untilInStepWith(primary);
    await eventually('the new seal to arrive', async () => (await sealOf(eu)).t === 3);
    for (const cluster of [primary, us, eu]) {
      expect(await opens(cluster, oldKeys)).toBe(false);
      expect(await opens(cluster, keys.slice(0, 2))).toBe(false);
      expect(await opens(cluster, keys.slice(1, 4))).toBe(true);
      Object.assign(cluster, { keys, threshold: 3 });
    }
    for (const secondary of set.secondaries) await secondary.untilStreaming();
    await write('rekeyed', 'value');
    await equalEverywhere();
    // What was written under the new key, before that was there, was no damage.
    for (const { server } of [us, eu]) expect(server.log).not.toContain('a stored record is damaged');

    const { nonce: attempt } = await us.anonymous.must('PUT', 'sys/generate-root/attempt', {});
    for (const key of oldKeys)
      expect((await us.anonymous.request('PUT', 'sys/generate-root/update', { key, nonce: attempt })).status).toBe(400);
    expect((await us.anonymous.must('GET', 'sys/generate-root/attempt')).progress).toBe(0);
    expect((await us.anonymous.request('DELETE', 'sys/generate-root/attempt')).status).toBe(400);
    await us.anonymous.must('DELETE', 'sys/generate-root/attempt', { nonce: attempt });
    const made = await us.generateRoot();
    expect((await made.get('kv/rekeyed')).body.data).toEqual({ value: 'value' });
    expect((await primary.anonymous.as(made.token).get('kv/rekeyed')).status).toBe(403);
    expect((await us.anonymous.as(primary.rootToken).get('kv/rekeyed')).status).toBe(403);
  }, 180_000);

  it('goes on after a restart of everything, with the new shares', async () => {
    for (const cluster of [primary, us, eu]) {
      await cluster.server.kill();
      await cluster.restart();
    }
    for (const secondary of set.secondaries) await secondary.untilStreaming();
    await write('restarted', 'value');
    await equalEverywhere();
  }, 120_000);
});
