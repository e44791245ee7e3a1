import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

// P2 and P6 in peace: demote, promote, and everybody follows the new primary; no acknowledged write is lost, nobody is wiped.
describe('A planned switch of the primary', () => {
  let kafka: RunningKafka;
  let set: ReplicationSet;
  let [old, next, third]: Cluster[] = [];
  const acknowledged = new Map<string, number>();
  let stopped = false;

  beforeAll(async () => {
    kafka = await startKafka({});
    set = await ReplicationSet.start({ suite: 'switch', kafka: kafka.brokers, secondaries: ['us-east', 'eu-west'] });
    old = set.primary;
    [next, third] = set.secondaries;
    await old.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    for (const secondary of set.secondaries) {
      await secondary.untilInStepWith(old);
      await secondary.generateRoot();
    }
  });
  afterAll(async () => {
    stopped = true;
    await set.stop();
    await kafka.stop();
  });

  /** A client that tries every cluster until one takes its write. */
  async function write(writer: number): Promise<void> {
    const clusters = [old, next, third] as Cluster[];
    for (let value = 1; !stopped; value += 1) {
      const key = `w${writer}/${value % 5}`;
      const at = clusters[(writer + value) % clusters.length] as Cluster;
      const answer = await at.root.post(`kv/${key}`, { value }).catch(() => undefined);
      if (answer !== undefined && answer.status < 300) acknowledged.set(key, value);
      else await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  it('loses no acknowledged write and wipes nobody', async () => {
    const [a, b, c] = [old, next, third] as [Cluster, Cluster, Cluster];
    await c.root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
    await c.root.must('POST', 'here/x', { value: 'local to the third' });
    const before = (await a.status()).cluster_id;
    const writers = [0, 1, 2].map((writer) => write(writer));
    await eventually('some writes', async () => acknowledged.size >= 15);

    // Acknowledged while the broker does not answer: the demotion has to wait until it has them.
    kafka.pause();
    for (let value = 0; value < 20; value += 1) await a.root.must('POST', `kv/paused/${value}`, { value });
    expect(await a.root.post('sys/replication/performance/primary/demote')).toMatchObject({
      status: 400,
      body: { errors: [expect.stringMatching(/^refusing to demote: the broker has not got the last \d+ mutations/)] },
    });
    expect(await a.status()).toMatchObject({ mode: 'primary', state: 'running' });
    await a.root.must('POST', 'kv/paused/20', { value: 20 });
    setTimeout(() => kafka.resume(), 1000);
    await a.demote();
    expect(await a.status()).toMatchObject({ mode: 'secondary', state: 'idle', cluster_id: before });
    await eventually('the preview to allow it', async () => {
      const { data } = await b.root.must('POST', 'sys/replication/performance/secondary/promote', { dry_run: true });
      return data.possible_without_force && data.lost_mutations === 0;
    });
    await b.promote();
    expect(await b.status()).toMatchObject({
      mode: 'primary',
      state: 'running',
      cluster_id: before,
      epoch: 2,
      known_secondaries: [],
    });
    await a.follow(b, 'former-primary');
    await c.follow(b, 'eu-west');
    const seen = [...acknowledged.values()].reduce((sum, value) => sum + value, 0);
    await eventually(
      'writes on the new primary',
      async () => [...acknowledged.values()].reduce((sum, value) => sum + value, 0) > seen + 30,
    );
    stopped = true;
    await Promise.all(writers);

    for (const secondary of [a, c]) await secondary.untilInStepWith(b, 90_000);
    for (let value = 0; value <= 20; value += 1)
      expect((await b.root.must('GET', `kv/paused/${value}`)).data).toEqual({ value });
    for (const [key, value] of acknowledged) {
      const there = await b.root.must('GET', `kv/${key}`);
      expect({ key, kept: there.data.value >= value }).toEqual({ key, kept: true });
      for (const secondary of [a, c]) expect((await secondary.root.must('GET', `kv/${key}`)).data).toEqual(there.data);
    }
    // Neither tokens nor local mounts were touched, and nothing had to be set aside.
    expect((await c.root.must('GET', 'here/x')).data).toEqual({ value: 'local to the third' });
    expect((await a.root.must('GET', 'sys/replication/performance/quarantine')).data).toEqual({ mutations: [] });
    expect((await a.status()).fenced).toBeUndefined();
  }, 180_000);

  it('can be switched back, and survives restarts of everybody', async () => {
    const [a, b, c] = [old, next, third] as [Cluster, Cluster, Cluster];
    await b.demote();
    await a.promote();
    for (const cluster of [a, b, c]) {
      await cluster.server.kill();
      await cluster.restart();
    }
    await b.follow(a, 'b');
    await c.follow(a, 'c');
    expect(await a.status()).toMatchObject({ mode: 'primary', epoch: 3 });
    await b.root.must('POST', 'kv/through-b', { value: 'forwarded' });
    for (const secondary of [b, c]) {
      await secondary.untilInStepWith(a, 90_000);
      expect((await secondary.root.must('GET', 'kv/through-b')).data).toEqual({ value: 'forwarded' });
    }
  }, 180_000);

  it('tells who makes a token that the filters of the former primary are gone', async () => {
    const { root } = old as Cluster;
    const tokenFor = (id: string) => root.must('POST', 'sys/replication/performance/primary/secondary-token', { id });
    const { warnings } = await tokenFor('asia');
    expect(warnings).toEqual([
      expect.stringMatching(
        /^this cluster was promoted, and a promotion forgets paths filters: secondary "asia" has none here/,
      ),
    ]);
    await root.must('POST', 'sys/replication/performance/primary/paths-filter/africa', {
      mode: 'deny',
      paths: ['kv/'],
    });
    expect((await tokenFor('africa')).warnings).toBeNull();
  });
});
