import { type Api, eventually, type Json } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';
import { damageValue, tamper } from '../harness/tamper';

const KEYS = Array.from({ length: 30 }, (_, at) => `kv/key-${at}`);
const check = async (api: Api): Promise<Json> =>
  (await api.must('POST', 'sys/replication/merkle-check')).data.merkle_corruption_report;
const WHOLE = { corrupted_root: false, corrupted_tree_map: {}, last_corruption_check_epoch: expect.any(String) };

// A damaged record or page is found, told, never served, and repaired wherever the data permits it.
describe('a corrupted record', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'corrupted' });
    ({ primary, secondary } = set);
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    for (const key of KEYS) await primary.root.must('POST', key, { value: `of ${key}` });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  });
  afterAll(() => set.stop());

  const expectEqual = async () => {
    await secondary.untilInStepWith(primary);
    for (const key of KEYS) {
      const [there, here] = [await primary.root.get(key), await secondary.root.get(key)];
      expect({ key, value: here.body?.data?.value }).toEqual({ key, value: there.body?.data?.value });
      expect(here.status).toBe(200);
    }
  };
  const whileStopped = async (cluster: Cluster, work: () => void) => {
    await cluster.server.stop();
    work();
    await cluster.restart();
  };
  const untilWhole = (cluster: Cluster) =>
    eventually('the damage to be repaired', async () => !(await cluster.status()).corrupted_merkle_tree);

  it('is fetched anew by a secondary that is asked for it', async () => {
    await whileStopped(secondary, () => damageValue(secondary, 'entry/%/key-7'));
    await secondary.untilStreaming();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        eventually('the record', async () => {
          const answer = await secondary.root.get('kv/key-7');
          return answer.status === 200 && answer;
        }),
      ),
    );
    expect(answers.map(({ body }) => body.data.value)).toEqual(Array(5).fill('of kv/key-7'));
    expect(secondary.server.log).toMatch(/a stored record is damaged.*key-7/s);
    await untilWhole(secondary);
    expect(await check(secondary.root)).toEqual(WHOLE);
    await expectEqual();
  });

  it('is not served by a secondary whose primary is away, and told in words', async () => {
    await whileStopped(secondary, () => damageValue(secondary, 'entry/%/key-8'));
    await primary.server.stop();
    const refused = await secondary.root.get('kv/key-8');
    expect(refused.status).toBe(500);
    expect(refused.body.errors[0]).toContain(
      'stored data failed authentication and could not be fetched anew from the primary cluster',
    );
    expect((await secondary.root.get('kv/key-9')).status).toBe(200);
    expect((await secondary.status()).corrupted_merkle_tree).toBe(true);
    await primary.restart();
    await eventually('the record to be had', async () => (await secondary.root.get('kv/key-8')).status === 200);
    await untilWhole(secondary);
    await expectEqual();
  });

  it.each([
    ['a digest', "UPDATE record SET digest = zeroblob(32) WHERE key LIKE 'entry/%/key-3'"],
    [
      'a page of the merkle tree',
      'UPDATE merkle_bucket SET digest = randomblob(32) WHERE bucket IN (SELECT bucket FROM record LIMIT 3)',
    ],
    ['a lost row', "DELETE FROM record WHERE key LIKE 'entry/%/key-4'"],
  ])('is found by merkle-check on a secondary and repaired by itself: %s', async (_what, sql) => {
    await whileStopped(secondary, () => tamper(secondary, (database) => database.exec(sql)));
    const { corrupted_tree_map: trees } = await check(secondary.root);
    expect(trees).toEqual({
      1: {
        corrupted_index_tuples_map: expect.any(Object),
        corrupted_subtree_root: false,
        root_hash: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
        tree_type: 'replicated',
      },
    });
    const pages: [string, Json][] = Object.entries(trees[1].corrupted_index_tuples_map);
    for (const [page, found] of pages)
      expect([Number(page) < 256, found]).toEqual([true, { corrupted: false, subpages: expect.any(Array) }]);
    await expectEqual();
    await untilWhole(secondary);
    expect(await check(secondary.root)).toEqual(WHOLE);
    const { last_corruption_check_epoch: epoch } = await secondary.status();
    expect(Number(epoch)).toBeGreaterThan(1.7e9);
  });

  it('is found at a checkpoint when nobody checks', async () => {
    await whileStopped(secondary, () =>
      tamper(secondary, (database) =>
        database.exec(
          'UPDATE merkle_bucket SET digest = randomblob(32) WHERE bucket IN (SELECT bucket FROM record LIMIT 3)',
        ),
      ),
    );
    await secondary.untilStreaming();
    await primary.root.must('POST', 'kv/key-0', { value: 'a commit, so that a checkpoint follows' });
    await expectEqual();
  });

  it('is given back to a primary by a secondary while the reader waits', async () => {
    await secondary.untilInStepWith(primary);
    const { merkle_root: root } = await primary.status();
    await whileStopped(primary, () => damageValue(primary, 'entry/%/key-5'));
    expect((await primary.root.must('GET', 'kv/key-5')).data.value).toBe('of kv/key-5');
    expect(primary.server.log).toMatch(/a stored record is damaged.*key-5.*put back from a secondary/s);
    expect(await check(primary.root)).toEqual(WHOLE);
    expect((await primary.status()).merkle_root).toBe(root);
    await expectEqual();
  });

  it.each(['primary', 'secondary'])(
    'of the mount table keeps no %s from being unsealed: another cluster has it',
    async (which) => {
      const damaged = which === 'primary' ? primary : secondary;
      await secondary.untilInStepWith(primary);
      await whileStopped(damaged, () => damageValue(damaged, 'mount/%'));
      expect(damaged.server.log).toMatch(/a stored record is damaged.*mount\//s);
      await untilWhole(damaged);
      await expectEqual();
    },
  );

  it('is reported by a primary that nobody can help, never served, and gone once it is written over', async () => {
    await secondary.untilInStepWith(primary);
    const root = (await primary.status()).merkle_root;
    await secondary.server.stop();
    await whileStopped(primary, () => damageValue(primary, 'entry/%/key-5'));
    const refused = await primary.root.get('kv/key-5');
    expect([refused.status, refused.body.errors]).toEqual([
      500,
      ['stored data failed authentication: the record is damaged and is not served'],
    ]);
    expect(primary.server.log).toMatch(/a stored record is damaged.*key-5/s);
    expect(Object.keys((await check(primary.root)).corrupted_tree_map)).toEqual(['1']);
    expect(await primary.status()).toMatchObject({ corrupted_merkle_tree: true, merkle_root: root });
    const reindexed = await primary.root.must('POST', 'sys/replication/reindex', { force: true, diff: true });
    expect(reindexed).toMatchObject({
      data: null,
      warnings: [expect.stringContaining('requests are served meanwhile')],
    });
    await eventually('the reindex to end', async () => Number((await primary.status()).last_reindex_epoch) > 0);
    expect(await primary.status()).toMatchObject({ corrupted_merkle_tree: true, merkle_root: root });
    await primary.root.must('POST', 'kv/key-5', { value: 'written over' });
    await untilWhole(primary);
    await secondary.restart();
    expect(await check(primary.root)).toEqual(WHOLE);
    await expectEqual();
  });

  it('in the merkle tree of a primary is repaired by a reindex, the secondary following all the while', async () => {
    await whileStopped(primary, () =>
      tamper(primary, (database) =>
        database.exec(
          'UPDATE merkle_bucket SET digest = randomblob(32) WHERE bucket IN (SELECT bucket FROM record LIMIT 2)',
        ),
      ),
    );
    await primary.root.must('POST', 'kv/key-2', { value: 'below a wrong root' });
    await eventually('the secondary to say what is the matter', async () =>
      (await secondary.status()).known_difference?.reason.includes("primary's merkle tree"),
    );
    await primary.root.must('POST', 'kv/key-2', { value: 'followed' });
    await eventually(
      'the write to arrive',
      async () => (await secondary.root.get('kv/key-2')).body?.data?.value === 'followed',
    );
    expect((await secondary.status()).state).toBe('stream-wals');
    await primary.root.must('POST', 'sys/replication/performance/reindex', {});
    await eventually(
      'the tree to be true again',
      async () => Object.keys((await check(primary.root)).corrupted_tree_map).length === 0,
    );
    await expectEqual();
  });

  it('asks for sudo before a reindex, and refuses what is no option', async () => {
    const token = (await primary.root.must('POST', 'auth/token/create', { policies: ['default'] })).auth.client_token;
    for (const path of ['reindex', 'performance/reindex', 'dr/reindex', 'merkle-check', 'recover']) {
      expect((await primary.root.as(token).post(`sys/replication/${path}`)).status).toBe(403);
    }
    expect((await primary.root.post('sys/replication/reindex', { diff: 'perhaps' })).status).toBe(400);
    expect((await primary.root.get('sys/replication/merkle-check')).status).toBe(405);
  });

  it('of a member, or of the list of secondaries, keeps no operator from revoking it and giving its id again', async () => {
    const PRIMARY = 'sys/replication/performance/primary';
    await secondary.server.stop();
    for (const id of ['one', 'two']) await primary.root.must('POST', `${PRIMARY}/secondary-token`, { id });
    const [joined] = (await primary.status()).known_secondaries.filter(
      (id: string) => !['one', 'two'].includes(id),
    ) as string[];
    await whileStopped(primary, () => {
      damageValue(primary, `core/member/${joined}`);
      tamper(primary, (database) =>
        database.exec("UPDATE secondary SET value = zeroblob(length(value)) WHERE id = 'one'"),
      );
    });
    await primary.root.must('POST', `${PRIMARY}/paths-filter/one`, { mode: 'deny', paths: ['kv/'] });
    for (const [id, status] of [
      [joined, 200],
      ['one', 200],
      ['two', 204],
    ] as const) {
      expect([id, (await primary.root.post(`${PRIMARY}/revoke-secondary`, { id })).status]).toEqual([id, status]);
      await primary.root.must('POST', `${PRIMARY}/secondary-token`, { id });
    }
    expect(await primary.root.post(`${PRIMARY}/revoke-secondary`, { id: 'nobody' })).toMatchObject({ status: 404 });
    expect(Object.keys((await check(primary.root)).corrupted_tree_map)).toEqual([]);
  });
});
