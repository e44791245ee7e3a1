import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { type LinkedKafka, startLinkedKafka } from '../harness/linked-kafka';

const SECRET = 'cubbyhole/own';

// P2 and P6: a primary that is cut off rotates the barrier key, and another cluster is promoted over it and rotates, too. Back in the set, what is
// local to the former primary is still there, although the key that sealed it is no key of the set.
describe('A barrier key that only a lost primary has', () => {
  let linked: LinkedKafka;
  let [old, next]: Cluster[] = [];

  beforeAll(async () => {
    linked = await startLinkedKafka(2);
    [old, next] = await Promise.all(
      linked.links.map(({ port }) =>
        Cluster.start({ kafka: `127.0.0.1:${port}`, topicPrefix: 'rotation', storage: 'sqlite' }),
      ),
    );
  });
  afterAll(async () => {
    await Promise.all([old, next].map((cluster) => cluster?.server.stop()));
    await Promise.all(linked.links.map((link) => link.close()));
    await linked.kafka.stop();
  });

  it('takes nothing with it that is local', async () => {
    const [a, b] = [old, next] as [Cluster, Cluster];
    await a.enablePrimary();
    await b.join(a, 'b');
    await b.generateRoot();
    await a.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await b.untilInStepWith(a);
    const tokenOf = async (cluster: Cluster) => {
      const api = cluster.root.as(
        (await cluster.root.must('POST', 'auth/token/create', { policies: ['default'] })).auth.client_token,
      );
      await api.must('POST', SECRET, { value: 'kept' });
      return api;
    };
    const early = await tokenOf(a);

    linked.links[0]?.refuse();
    await a.root.must('POST', 'sys/rotate');
    await a.root.must('POST', 'kv/x', { value: 'of the lost line' });
    await a.root.must('POST', 'sys/mounts/lost', { type: 'kv' });
    const late = await tokenOf(a);
    await b.promote(true);
    await b.root.must('POST', 'sys/rotate');
    await b.root.must('POST', 'kv/x', { value: 'of the set' });
    linked.links[0]?.heal();
    await eventually('the old primary to step down', async () => (await a.status()).fenced !== undefined);
    await a.follow(b, 'a');
    expect((await a.root.get('lost/x')).body.errors).toEqual([expect.stringContaining('no handler for route')]);

    const check = async (): Promise<void> => {
      await a.untilInStepWith(b);
      for (const token of [early, late]) expect((await token.must('GET', SECRET)).data).toEqual({ value: 'kept' });
      for (const cluster of [a, b])
        expect((await cluster.root.must('GET', 'kv/x')).data).toEqual({ value: 'of the set' });
      expect((await a.root.must('GET', 'sys/key-status')).data.term).toBe(
        (await b.root.must('GET', 'sys/key-status')).data.term,
      );
    };
    await check();
    const { mutations } = (await a.root.must('GET', 'sys/replication/performance/quarantine')).data;
    expect(mutations.map(({ path }: { path: string }) => path)).toEqual(['sys/rotate', 'kv/x', 'sys/mounts/lost']);
    await a.server.kill();
    await a.restart();
    await check();
  }, 180_000);
});
