import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix, POSTGRES, STORAGES } from '../harness/services';

const TOKEN = 'sys/replication/performance/primary/secondary-token';
const ENABLE = 'sys/replication/performance/secondary/enable';
/** From the answer to the first mutations: how long the wipe, the keys and the first copy take varies with the machine. */
const DELAYS_MS = [0, 30, 80, 150, 250, 400, 700];

/** A joiner that is killed at any moment after the answer is what it was, or joins: nobody can make a cluster of it in between. */
describe.each(STORAGES)('a joiner on %s, killed after the answer to its activation', (storage) => {
  const order = { kafka: KAFKA, postgres: POSTGRES, storage, topicPrefix: newTopicPrefix('killed-activation') };
  let primary: Cluster;
  let joiner: Cluster;

  const start = async (): Promise<Cluster> => {
    const cluster = await Cluster.start(order);
    await cluster.root.must('POST', 'sys/mounts/own', { type: 'kv' });
    await cluster.root.must('POST', 'own/a', { value: 'precious' });
    return cluster;
  };

  beforeAll(async () => {
    [primary, joiner] = await Promise.all([start(), start()]);
    await primary.enablePrimary();
  });
  afterAll(() => Promise.all([primary, joiner].map(({ server }) => server.stop())));

  /** Which of the two this cluster is after a restart, by the keys that open it. */
  async function opensWith({ keys }: Cluster): Promise<boolean> {
    await joiner.anonymous.post('sys/unseal', { key: keys[0] });
    return !(await joiner.anonymous.must('GET', 'sys/seal-status')).sealed;
  }

  it.each(DELAYS_MS)('after %i ms', async (delay) => {
    const { wrap_info: wrapped } = await primary.root.must('POST', TOKEN, { id: `killed-${delay}` });
    await joiner.root.must('POST', ENABLE, { token: wrapped.token });
    await sleep(delay);
    await joiner.server.kill();
    await joiner.server.start();

    const found = await joiner.anonymous.must('GET', 'sys/seal-status');
    expect(found).toMatchObject({ initialized: true, sealed: true });
    expect(await joiner.anonymous.post('sys/init', { secret_shares: 1, secret_threshold: 1 })).toMatchObject({
      status: 400,
      body: { errors: ['Vault is already initialized'] },
    });
    if (await opensWith(joiner)) {
      expect(found).not.toHaveProperty('replication_note');
      expect(await joiner.status()).toEqual({ mode: 'disabled' });
      expect((await joiner.root.get('own/a')).body.data).toEqual({ value: 'precious' });
      return;
    }
    expect(await opensWith(primary)).toBe(true);
    joiner.adoptKeysOf(primary);
    await joiner.untilStreaming();
    await joiner.untilInStepWith(primary);
    await joiner.generateRoot();
    await joiner.root.must('POST', 'sys/replication/performance/secondary/disable', {});
    await joiner.server.stop();
    // The next one is killed as a cluster of its own.
    joiner = await start();
  });

  it('takes part once nobody kills it', async () => {
    const { wrap_info: wrapped } = await primary.root.must('POST', TOKEN, { id: 'spared' });
    await joiner.root.must('POST', ENABLE, { token: wrapped.token });
    joiner.adoptKeysOf(primary);
    await eventually(
      'the first copy',
      async () => (await joiner.anonymous.get('sys/replication/performance/status')).status === 200,
    );
    await joiner.untilStreaming();
    await joiner.untilInStepWith(primary);
  });
});
