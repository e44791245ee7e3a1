import { decodeHeader, openMessage, StreamKeyring } from '@tidelock/stream';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { NOT_FOUND, NOTHING } from '../harness/expectations';
import { recordsHeldBy, secretsHeldBy } from '../harness/held-secrets';
import { ReplicationSet } from '../harness/replication-set';
import { readTopic, topicOf } from '../harness/topic';

const FILTER = 'sys/replication/performance/primary/paths-filter/us';

// P7 while the set is in use: what becomes hidden really goes, what becomes visible comes, without a restart.
describe('a paths filter that changes while its secondary is in use', () => {
  let set: ReplicationSet;
  let us: Cluster;
  const uuids: Record<string, string> = {};

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'filter-change', secondaries: ['us'] });
    us = set.secondary;
    const { root } = set.primary;
    for (const path of ['open', 'secret', 'moving']) await root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    for (let at = 0; at < 30; at += 1)
      for (const path of ['open', 'secret', 'moving'])
        await root.must('POST', `${path}/${at}`, { value: `${path} ${at}` });
    for (const [path, { uuid }] of Object.entries<{ uuid: string }>((await root.must('GET', 'sys/mounts')).data))
      uuids[path] = uuid;
    await us.untilInStepWith(set.primary);
    await us.generateRoot();
    await us.root.must('POST', 'sys/mounts/own', { type: 'kv', local: true });
    await us.root.must('POST', 'own/x', { value: 'mine' });
  });
  afterAll(() => set.stop());

  const mounts = async (cluster: Cluster) => Object.keys((await cluster.root.must('GET', 'sys/mounts')).data).sort();
  const ownUntouched = async () => expect((await us.root.get('own/x')).body.data).toEqual({ value: 'mine' });
  const untilGone = (path: string) =>
    eventually(`${path} to be gone`, async () => (await us.root.get(path)).status === 404);
  const untilThere = (path: string, value: string) =>
    eventually(`${path} to be there`, async () => (await us.root.get(path)).body?.data?.value === value);
  const heldOf = async (path: string) => (await recordsHeldBy(us)).filter((key) => key.includes(uuids[path] as string));
  const expectSameData = async (paths: readonly string[]) => {
    for (const path of paths)
      for (const at of [0, 7, 29]) {
        expect((await us.root.get(`${path}/${at}`)).body.data).toEqual(
          (await set.primary.root.get(`${path}/${at}`)).body.data,
        );
      }
  };

  it('tells first what it would do, and does nothing', async () => {
    const { data } = await set.primary.root.must('POST', `${FILTER}?dry_run=true`, {
      mode: 'deny',
      paths: ['secret/'],
    });
    expect(data).toEqual({
      hidden_mounts: ['secret/'],
      shown_mounts: [],
      records_deleted: 31,
      records_sent: 0,
      forwarding: 'data',
    });
    expect(await set.primary.root.get(FILTER)).toEqual(NOT_FOUND);
    expect((await us.root.get('secret/1')).body.data).toEqual({ value: 'secret 1' });
  });

  it('hides: the mount, its cached values and its records go, with the key of the stream that was followed', async () => {
    for (let at = 0; at < 30; at += 1) expect((await us.root.get(`secret/${at}`)).status).toBe(200);
    const before = await secretsHeldBy(us);
    expect(await heldOf('secret/')).toHaveLength(31);
    expect(await set.primary.root.post(FILTER, { mode: 'deny', paths: ['secret'] })).toEqual(NOTHING);
    const { last_performance_wal: answeredAt, cluster_id: setId } = await set.primary.status();
    await set.primary.root.must('POST', 'secret/0', { value: 'newer' });
    await set.primary.root.must('POST', 'open/0', { value: 'newer' });
    await untilGone('secret/1');
    await us.untilInStepAs('us', set.primary);
    expect(await mounts(us)).toEqual(['cubbyhole/', 'identity/', 'moving/', 'open/', 'own/', 'sys/']);
    expect((await us.root.get('secret/1')).body.errors[0]).toContain('no handler for route "secret/1"');
    expect(await heldOf('secret/')).toEqual([]);
    await expectSameData(['open', 'moving']);
    await ownUntouched();

    const after = await secretsHeldBy(us);
    expect(after.streamKeys.filter((key) => before.streamKeys.includes(key))).toEqual([]);
    // Whatever it has kept: nothing written after the answer opens with it.
    const ring = new StreamKeyring([...before.streamKeys, ...after.streamKeys]);
    const later = (await readTopic(await topicOf(set)))
      .map(({ value }) => value)
      .filter((value) => decodeHeader(value).header.index > answeredAt);
    expect(later.length).toBeGreaterThan(1);
    for (const value of later)
      expect(() => openMessage(value, setId, (id, index) => ring.opening(id, index))).toThrow('unknown-key');
  }, 120_000);

  it('shows again what has been written meanwhile, and is equal to the primary as a whole', async () => {
    const { data } = await set.primary.root.must('POST', FILTER, { mode: 'deny', paths: ['moving/'], dry_run: true });
    expect(data).toEqual({
      hidden_mounts: ['moving/'],
      shown_mounts: ['secret/'],
      records_deleted: 31,
      records_sent: 31,
      forwarding: 'data',
    });
    const shows = 'this shows secondary "us" what was hidden from it until now: secret/';
    expect(
      (await set.primary.root.must('POST', FILTER, { mode: 'deny', paths: ['secert/'], dry_run: true })).warnings,
    ).toEqual(['no mount is at or below secert/: this counts only for mounts that are made later', shows]);
    expect((await set.primary.root.delete(FILTER)).body.warnings).toEqual([shows]);
    await untilThere('secret/0', 'newer');
    await us.untilInStepWith(set.primary);
    // Data is equal before the stream is followed again.
    await us.untilStreaming();
    expect(await us.status()).toMatchObject({ stream_followed: 'full' });
    await expectSameData(['open', 'secret', 'moving']);
    await ownUntouched();
    await set.primary.root.must('POST', 'secret/1', { value: 'streamed' });
    await untilThere('secret/1', 'streamed');
  }, 120_000);

  it('follows a mount that is moved into a hidden folder and out of it', async () => {
    const { root } = set.primary;
    await root.must('POST', FILTER, { mode: 'deny', paths: ['vault/'] });
    const stream = await us.untilInStepAs('us', set.primary);
    await root.must('POST', 'sys/remount', { from: 'moving/', to: 'vault/moving/' });
    await root.must('POST', 'vault/moving/0', { value: 'hidden' });
    await untilGone('moving/1');
    expect(await us.untilInStepAs('us', set.primary)).toBe(stream);
    expect((await us.root.get('vault/moving/1')).status).toBe(404);
    expect(await heldOf('moving/')).toEqual([]);
    await root.must('POST', 'sys/remount', { from: 'vault/moving/', to: 'moved/' });
    await untilThere('moved/0', 'hidden');
    await us.untilInStepAs('us', set.primary);
    await expectSameData(['moved', 'open', 'secret']);
    await ownUntouched();
  }, 120_000);

  it('forgets a path when its mount is moved or removed: under its new path it is shown', async () => {
    const { root } = set.primary;
    await root.must('POST', FILTER, { mode: 'deny', paths: ['moved/', 'secret/'] });
    await untilGone('moved/0');
    await untilGone('secret/0');
    await root.must('POST', 'sys/remount', { from: 'moved/', to: 'elsewhere/' });
    await untilThere('elsewhere/0', 'hidden');
    expect((await root.get(FILTER)).body.data).toEqual({ mode: 'deny', paths: ['secret/'], forwarding: 'data' });
    await root.must('DELETE', 'sys/mounts/secret');
    await eventually('the filter to forget it', async () => (await root.get(FILTER)).body.data.paths.length === 0);
    await root.must('POST', 'sys/mounts/secret', { type: 'kv' });
    await root.must('POST', 'secret/new', { value: 'of another mount' });
    await untilThere('secret/new', 'of another mount');
    await us.untilInStepAs('us', set.primary);
    expect(await mounts(us)).toEqual([...(await mounts(set.primary)), 'own/'].sort());
    await expectSameData(['elsewhere', 'open']);
    await root.must('DELETE', FILTER);
    await us.untilInStepWith(set.primary);
    await ownUntouched();
  }, 120_000);
});
