import { Directory } from '../engines/directory';
import { WITH_TEST_ENGINES } from '../engines/program';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

const FILTER = 'sys/replication/performance/primary/paths-filter/us';

// The primary moves, hides and removes mounts, and knows nothing of the leases that a secondary has of them.
describe('leases of a secondary whose mount leaves its path', () => {
  let set: ReplicationSet;
  let us: Cluster;
  let directory: Directory;

  beforeAll(async () => {
    directory = await Directory.start();
    set = await ReplicationSet.start({ suite: 'unmounted', secondaries: ['us'], program: WITH_TEST_ENGINES });
    us = set.secondary;
    const { root } = set.primary;
    await root.must('POST', 'sys/mounts/directory', { type: 'directory' });
    await root.must('POST', 'directory/config', { address: directory.address });
    await root.must('POST', 'sys/mounts/seats', { type: 'seats' });
    await root.must('POST', 'seats/pool', { size: 5 });
    await us.untilInStepWith(set.primary);
    await us.generateRoot();
  });
  afterAll(async () => {
    await set.stop();
    await directory.stop();
  });

  const countOf = async (type: string): Promise<number> =>
    (await us.root.must('GET', `sys/leases/count?type=${type}`)).data.lease_count;
  const counts = () => Promise.all([countOf('all'), countOf('irrevocable')]);
  const untilCounted = (what: string, all: number, irrevocable: number) =>
    eventually(what, async () => String(await counts()) === String([all, irrevocable]));
  const told = (mount: string): number =>
    us.server.log
      .split('\n')
      .filter((line) => line.includes('a mount is gone, and its leases are irrevocable now') && line.includes(mount))
      .length;

  it('are revoked where it was moved', async () => {
    await us.root.must('GET', 'directory/creds');
    await us.root.must('POST', 'directory/accounts/ann');
    await set.primary.root.must('POST', 'sys/remount', { from: 'directory', to: 'staff' });
    await untilCounted('the leases to go', 0, 0);
    expect(await directory.users()).toEqual([]);
    expect((await set.primary.root.list('staff/users')).status).toBe(404);
    expect(told('directory/')).toBe(0);
  });

  it('are kept as irrevocable while a filter hides it, and revoked once that is lifted', async () => {
    const { data } = await us.root.must('GET', 'staff/creds');
    await us.root.must('POST', 'seats/seats');
    await us.root.must('POST', 'seats/seats');
    await set.primary.root.must('POST', FILTER, { mode: 'deny', paths: ['staff/', 'seats/'] });
    await untilCounted('the leases to be irrevocable', 3, 3);
    expect(await directory.users()).toEqual([data.name]);
    expect([told('staff/'), told('seats/')]).toEqual([1, 1]);
    await us.server.kill();
    await us.restart();
    expect(await counts()).toEqual([3, 3]);
    await set.primary.root.must('DELETE', FILTER);
    await untilCounted('the leases to go', 0, 0);
    expect(await directory.users()).toEqual([]);
    expect((await us.root.list('seats/seats')).body?.data?.keys ?? []).toEqual([]);
  });

  it('are kept as irrevocable where it was removed, until an operator drops them', async () => {
    const { data, lease_id: lease } = await us.root.must('GET', 'staff/creds');
    await set.primary.root.must('DELETE', 'sys/mounts/staff');
    await untilCounted('the lease to be irrevocable', 1, 1);
    expect((await us.root.post('sys/leases/revoke', { lease_id: lease, sync: true })).body.errors).toEqual([
      expect.stringContaining('its mount is gone from this cluster'),
    ]);
    expect(await directory.users()).toEqual([data.name]);
    await us.root.must('POST', 'sys/leases/revoke-force/staff');
    expect(await counts()).toEqual([0, 0]);
    await us.untilInStepWith(set.primary);
  });
});
