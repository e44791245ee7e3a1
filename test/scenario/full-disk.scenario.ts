import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { LimitedDisk } from '../harness/limited-disk';
import { KAFKA, newTopicPrefix } from '../harness/services';

const FULL = 'the disk of the storage is full; nothing was written';

// A disk that is full refuses writes in words and loses nothing; everything else goes on, and goes on by itself when there is room.
describe('a full disk', () => {
  const disks: LimitedDisk[] = [];
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    const topicPrefix = newTopicPrefix('full');
    const start = async (): Promise<Cluster> => {
      const disk = new LimitedDisk(48);
      disks.push(disk);
      return Cluster.start({ kafka: KAFKA, topicPrefix, storage: 'sqlite', folder: disk.folder });
    };
    primary = await start();
    await primary.enablePrimary();
    secondary = await start();
    await secondary.join(primary, 'us-east');
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await primary.root.must('POST', 'kv/before', { value: 'served throughout' });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  });
  afterAll(async () => {
    await Promise.all([primary, secondary].map((cluster) => cluster?.server.stop()));
    for (const disk of disks) disk.unmount();
  });

  const readOn = async (cluster: Cluster, key: string) => (await cluster.root.get(`kv/${key}`)).body?.data?.value;
  const expectEqual = async (keys: readonly string[]) => {
    await secondary.untilInStepWith(primary);
    for (const key of keys) expect([key, await readOn(secondary, key)]).toEqual([key, await readOn(primary, key)]);
  };

  it('of a secondary holds up its stream, which says why, and nothing else', async () => {
    const { pid } = secondary.server;
    disks[1]?.fill();
    for (let at = 0; at < 20; at += 1) await primary.root.must('POST', `kv/large-${at}`, { value: 'x'.repeat(20_000) });
    const status = await eventually('the secondary to say why it waits', async () => {
      const now = await secondary.status();
      return now.last_error !== undefined && now;
    });
    expect(status).toMatchObject({ state: 'idle', last_error: expect.stringContaining('disk of the storage is full') });
    expect(status.poison).toBeUndefined();
    expect(await readOn(secondary, 'before')).toBe('served throughout');
    expect(await secondary.root.post('auth/token/create')).toMatchObject({ status: 507, body: { errors: [FULL] } });
    expect((await secondary.root.post('kv/forwarded', { value: 'through it' })).status).toBe(200);
    disks[1]?.free();
    await secondary.untilStreaming();
    expect((await secondary.status()).last_error).toBeUndefined();
    await expectEqual(['before', 'large-0', 'large-19', 'forwarded']);
    expect(secondary.server.pid).toBe(pid);
    expect((await secondary.root.post('auth/token/create')).status).toBe(200);
  });

  it('of a primary refuses writes with 507, does nothing by halves, and serves reads on both sides', async () => {
    const { pid } = primary.server;
    const { last_performance_wal: before, merkle_root: root } = await primary.status();
    disks[0]?.fill();
    const refused = await eventually('the disk to be full', async () => {
      const answer = await primary.root.post('kv/before', { value: 'x'.repeat(20_000) });
      return answer.status !== 204 && answer;
    });
    expect([refused.status, refused.body]).toEqual([507, { errors: [FULL] }]);
    expect(await secondary.root.post('kv/through', { value: 'x'.repeat(20_000) })).toMatchObject({ status: 507 });
    for (const cluster of [primary, secondary]) expect(await readOn(cluster, 'before')).toBe('served throughout');
    expect(await readOn(primary, 'through')).toBeUndefined();
    const now = await primary.status();
    expect([now.merkle_root, now.last_performance_wal]).toEqual([root, expect.any(Number)]);
    expect(now.last_performance_wal).toBeGreaterThanOrEqual(before);
    disks[0]?.free();
    await eventually(
      'writes to be taken again',
      async () => (await primary.root.post('kv/after', { value: 'room again' })).status === 204,
    );
    await expectEqual(['before', 'after', 'through']);
    expect(primary.server.pid).toBe(pid);
  });

  it('loses nothing to a kill while it is full', async () => {
    disks[0]?.fill();
    await eventually(
      'the disk to be full',
      async () => (await primary.root.post('kv/filler', { value: 'x'.repeat(20_000) })).status === 507,
    );
    await primary.server.kill();
    disks[0]?.free();
    await primary.restart();
    expect(await readOn(primary, 'after')).toBe('room again');
    await primary.root.must('POST', 'kv/last', { value: 'written' });
    await expectEqual(['before', 'after', 'last', 'filler']);
  });
});
