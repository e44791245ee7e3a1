import { Api, eventually } from '../harness/api';
import { ReplicationSet } from '../harness/replication-set';
import { Directory } from '../engines/directory';
import { WITH_TEST_ENGINES } from '../engines/program';

// A lease lives on the cluster that was asked. What undoing its secret has to write, the primary writes.
describe('leases of an engine, on a secondary', () => {
  let set: ReplicationSet;
  let directory: Directory;
  let primary: Api;
  let secondary: Api;

  beforeAll(async () => {
    directory = await Directory.start();
    set = await ReplicationSet.start({ suite: 'leases', program: WITH_TEST_ENGINES });
    primary = set.primary.root;
    await primary.must('POST', 'sys/mounts/directory', { type: 'directory' });
    await primary.must('POST', 'directory/config', { address: directory.address });
    await set.secondary.untilInStepWith(set.primary);
    secondary = await set.secondary.generateRoot();
  });
  afterAll(async () => {
    await set.stop();
    await directory.stop();
  });

  const countOf = async (cluster: Api, type = 'all'): Promise<number> =>
    (await cluster.must('GET', `sys/leases/count?type=${type}`)).data.lease_count;
  const records = async (cluster: Api): Promise<string[]> =>
    (await cluster.list('directory/users')).body.data?.keys ?? [];

  it('come from a read: the user goes with the lease, and the primary knows of neither', async () => {
    const { data, lease_id: lease } = await secondary.must('GET', 'directory/creds');
    expect(await directory.users()).toEqual([data.name]);
    expect([await countOf(primary), await countOf(secondary)]).toEqual([0, 1]);
    await secondary.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
    expect([await directory.users(), await countOf(secondary)]).toEqual([[], 0]);
  });

  it('come from a write on the primary, which undoes it', async () => {
    const { lease_id: lease } = await secondary.must('POST', 'directory/accounts/ann');
    expect([await countOf(primary), await countOf(secondary)]).toEqual([0, 1]);
    expect([await records(primary), await records(secondary)]).toEqual([['ann'], ['ann']]);
    await secondary.must('POST', 'sys/leases/revoke', { lease_id: lease, sync: true });
    expect([await records(primary), await records(secondary), await countOf(secondary)]).toEqual([[], [], 0]);
  });

  it('wait for a primary that is away', async () => {
    const { lease_id: lease } = await secondary.must('POST', 'directory/accounts/bob');
    await set.primary.server.kill();
    expect((await secondary.post('sys/leases/revoke', { lease_id: lease, sync: true })).status).toBe(400);
    expect([await countOf(secondary), await countOf(secondary, 'irrevocable')]).toEqual([1, 0]);
    await set.primary.restart();
    await eventually('the lease to go', async () => (await countOf(secondary)) === 0, 90_000);
    expect([await records(primary), await records(secondary)]).toEqual([[], []]);
  });
});
