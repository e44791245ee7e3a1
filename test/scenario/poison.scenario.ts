import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';
import { tamper } from '../harness/tamper';

const SKIP = 'sys/replication/performance/secondary/skip-poison';

// One secondary cannot apply a mutation: its database refuses the record. The others do not notice, and it keeps serving.
describe('a poison mutation', () => {
  let set: ReplicationSet;
  let primary: Cluster;
  let sick: Cluster;
  let well: Cluster;
  let poisonAt: number;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'poison', secondaries: ['sick', 'well'] });
    primary = set.primary;
    [sick, well] = set.secondaries as [Cluster, Cluster];
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await write('before', 'served throughout');
    for (const secondary of [sick, well]) {
      await secondary.untilInStepWith(primary);
      await secondary.generateRoot();
    }
    await sick.root.must('POST', 'sys/audit/record', {
      type: 'file',
      local: true,
      options: { file_path: join(sick.server.folder, 'audit.log') },
    });
    await sick.server.stop();
    tamper(sick, (database) =>
      database.exec(
        "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.key LIKE 'entry/%/poison' BEGIN SELECT RAISE(ABORT, 'this database takes no poison'); END",
      ),
    );
    await sick.restart();
    await sick.untilInStepWith(primary);
  });
  afterAll(() => set.stop());

  const write = (key: string, value: string) => primary.root.must('POST', `kv/${key}`, { value });
  const readOn = async (cluster: Cluster, key: string) => (await cluster.root.get(`kv/${key}`)).body?.data?.value;
  const untilPoisoned = () =>
    eventually('the secondary to stand still', async () => {
      const { state, poison } = await sick.status();
      return state === 'idle' && poison;
    });

  it('stops the secondary that cannot apply it, names itself, and nobody else notices', async () => {
    await write('poison', 'deadly');
    await write('after', 'later');
    const poison = await untilPoisoned();
    poisonAt = poison.index;
    expect(poison).toEqual({
      index: expect.any(Number),
      reason: expect.stringContaining('this database takes no poison'),
    });
    expect((await sick.status()).last_remote_wal).toBe(poisonAt - 1);
    await well.untilInStepWith(primary);
    expect([await readOn(well, 'poison'), await readOn(well, 'after')]).toEqual(['deadly', 'later']);
    expect([await readOn(sick, 'before'), await readOn(sick, 'after')]).toEqual(['served throughout', undefined]);
    // A write through it reaches the primary, although it does not come back.
    const forwarded = await sick.root.post('kv/forwarded', { value: 'through the sick one' });
    expect(forwarded).toMatchObject({
      status: 200,
      body: { warnings: [expect.stringContaining('Timeout hit while waiting')] },
    });
    expect(await readOn(primary, 'forwarded')).toBe('through the sick one');
  });

  it('is tried again by recover and after a restart, and still stands', async () => {
    const answer = await sick.root.must('POST', 'sys/replication/recover');
    expect(answer).toMatchObject({ data: null, warnings: [expect.stringContaining('tried again')] });
    await eventually(
      'the try to be told',
      async () => (sick.server.log.match(/a mutation cannot be applied/g) ?? []).length >= 2,
    );
    expect((await untilPoisoned()).index).toBe(poisonAt);
    await sick.server.kill();
    await sick.restart();
    expect((await untilPoisoned()).index).toBe(poisonAt);
    expect(await readOn(sick, 'before')).toBe('served throughout');
  });

  it('is skipped by its index alone, by those who may, where it is', async () => {
    expect((await sick.root.post(SKIP)).body).toEqual({ errors: ['index must be specified'] });
    expect(await sick.root.post(SKIP, { index: poisonAt + 1 })).toMatchObject({
      status: 400,
      body: { errors: [`index must name the mutation that cannot be applied: ${poisonAt}`] },
    });
    expect(await well.root.post(SKIP, { index: poisonAt })).toMatchObject({
      status: 400,
      body: { errors: ['there is no mutation that this cluster cannot apply'] },
    });
    expect((await primary.root.post(SKIP, { index: poisonAt })).status).toBe(400);
    const token = (await sick.root.must('POST', 'auth/token/create', { policies: ['default'] })).auth.client_token;
    expect((await sick.root.as(token).post(SKIP, { index: poisonAt })).status).toBe(403);
    expect((await untilPoisoned()).index).toBe(poisonAt);
  });

  it('is skipped on the record, and the stream goes on without an endless comparison', async () => {
    const answer = await sick.root.must('POST', SKIP, { index: poisonAt });
    expect(answer).toMatchObject({
      data: { skipped: poisonAt },
      warnings: [expect.stringContaining('on record as skipped')],
    });
    await eventually(
      'the mutations behind it',
      async () =>
        (await readOn(sick, 'after')) === 'later' && (await readOn(sick, 'forwarded')) === 'through the sick one',
    );
    const status = await sick.status();
    expect(status.skipped).toEqual([
      { index: poisonAt, reason: expect.stringContaining('takes no poison'), at: expect.stringMatching(/^\d{4}-/) },
    ]);
    expect(status.poison).toBeUndefined();
    expect(readFileSync(join(sick.server.folder, 'audit.log'), 'utf8')).toContain(SKIP);
    expect(sick.server.log).toContain('a mutation was skipped by an operator');
    await write('next', 'brings a checkpoint');
    const { known_difference: difference } = await eventually('the difference to be named', async () => {
      const now = await sick.status();
      return now.known_difference !== undefined && now.state === 'stream-wals' && now;
    });
    expect(difference).toEqual({ reason: expect.stringContaining('this database takes no poison'), records: 1 });
    const comparisons = () => (sick.server.log.match(/comparing with the primary/g) ?? []).length;
    const soFar = comparisons();
    const seen = (await sick.status()).last_remote_wal;
    await eventually('two more checkpoints', async () => (await sick.status()).last_remote_wal >= seen + 2);
    expect(comparisons()).toBe(soFar);
    expect((await sick.status()).state).toBe('stream-wals');
  });

  it('leaves nothing behind once the cause is gone', async () => {
    await sick.server.stop();
    tamper(sick, (database) => database.exec('DROP TRIGGER refuse'));
    await sick.restart();
    await write('last', 'a commit, so that a checkpoint follows');
    for (const secondary of [sick, well]) {
      await secondary.untilInStepWith(primary);
      for (const key of ['before', 'poison', 'after', 'forwarded', 'next', 'last'])
        expect([key, await readOn(secondary, key)]).toEqual([key, await readOn(primary, key)]);
    }
    const status = await sick.status();
    expect(status).toMatchObject({ state: 'stream-wals', skipped: [{ index: poisonAt }] });
    expect(status.known_difference).toBeUndefined();
  });
});
