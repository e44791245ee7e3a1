import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../harness/api';
import { ReplicationSet } from '../harness/replication-set';

/** What was not sent at all, for want of a connection, is known not to be done. */
const GIVEN_UP =
  /^failed to forward request to the primary cluster: no answer in time; (?:whether the change took effect is not known|nothing was done)$/;

/** A client whose write was answered with an error writes it again: the first must not be done later, over the second. */
describe('A primary that is frozen', () => {
  let set: ReplicationSet;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'frozen' });
    await set.primary.root.must('POST', 'sys/mounts/secret', { type: 'kv' });
    await set.primary.root.must('POST', 'secret/tide', { level: 'before' });
    await set.secondary.untilInStepWith(set.primary);
    await set.secondary.generateRoot();
  });
  afterAll(() => set.stop());

  it.each([1, 2, 3])(
    'does nothing of what its secondary has given up, once it goes on (%i)',
    async (turn) => {
      const { primary, secondary } = set;
      const { status: position } = { status: await primary.status() };
      primary.server.signal('SIGSTOP');
      const ghosts = await Promise.all(
        ['a', 'b', 'c'].map((name) => secondary.root.post(`secret/ghost-${name}`, { level: `ghost ${turn}` })),
      );
      await sleep(turn * 1000);
      primary.server.signal('SIGCONT');
      for (const { status, body } of ghosts)
        expect({ status, body }).toEqual({ status: 503, body: { errors: [expect.stringMatching(GIVEN_UP)] } });
      // Behind everything that waited in its sockets.
      await eventually(
        'the primary to take writes again',
        async () => (await secondary.root.post('secret/tide', { level: `after ${turn}` })).status === 204,
      );
      await secondary.untilInStepWith(primary);
      for (const { root } of [primary, secondary]) {
        expect((await root.get('secret/tide')).body.data).toEqual({ level: `after ${turn}` });
        for (const name of ['a', 'b', 'c']) expect((await root.get(`secret/ghost-${name}`)).status).toBe(404);
      }
      expect((await primary.status()).last_performance_wal).toBeGreaterThan(position.last_performance_wal);
    },
    120_000,
  );

  it('has its writes taken at once by whoever comes after a restart, though nobody knows its clocks', async () => {
    const { primary, secondary } = set;
    await primary.server.kill();
    await primary.restart();
    await eventually(
      'a write through the secondary',
      async () => (await secondary.root.post('secret/tide', { level: 'restarted' })).status === 204,
    );
    expect((await primary.root.get('secret/tide')).body.data).toEqual({ level: 'restarted' });
  });
});
