import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

const QUARANTINE = 'sys/replication/performance/quarantine';

interface Quarantined {
  readonly index: number;
  readonly epoch: number;
  readonly path: string;
  readonly time: string;
  readonly request_id: string;
}

// P6: the old primary is frozen, another cluster is promoted over it, the old one wakes up and takes writes until it knows better.
describe('A forced promotion over a primary that comes back', () => {
  let set: ReplicationSet;
  let [old, next, third]: Cluster[] = [];
  /** Acknowledged by the old primary: before it was frozen, and after it woke. */
  const before = new Map<string, number>();
  const late = new Map<string, number>();
  const onNext = new Map<string, number>();
  let woken = false;
  let stopped = false;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'forced', secondaries: ['us-east', 'eu-west'] });
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
    old?.server.signal('SIGCONT');
    await set.stop();
  });

  async function writeOn(cluster: Cluster, name: string, note: (key: string, value: number) => void): Promise<void> {
    for (let value = 1; !stopped; value += 1) {
      const key = `${name}/${value}`;
      const answer = await cluster.root.post(`kv/${key}`, { value }).catch(() => undefined);
      if (answer?.status === 204) note(key, value);
      else await new Promise((wake) => setTimeout(wake, 30));
    }
  }

  /** An operator who asks again and again while the first promotion is under way: how many of the promotions were done. */
  async function promoteImpatiently(cluster: Cluster): Promise<number> {
    const promotion = () => cluster.root.post('sys/replication/performance/secondary/promote', { force: true });
    const promotions = [promotion()];
    let done = false;
    void promotions[0]?.finally(() => {
      done = true;
    });
    for (; !done; await new Promise((wake) => setTimeout(wake, 300))) promotions.push(promotion());
    const answers = await Promise.all(promotions);
    expect(answers.filter(({ status }) => status !== 200 && status !== 400)).toEqual([]);
    return answers.filter(({ status }) => status === 200).length;
  }

  it('keeps the old primary out of the stream, and what it still acknowledged in quarantine', async () => {
    const [a, b, c] = [old, next, third] as [Cluster, Cluster, Cluster];
    const onOld = [1, 2, 3].map((writer) =>
      writeOn(a, `old${writer}`, (key, value) => (woken ? late : before).set(key, value)),
    );
    await eventually('writes on the old primary', async () => before.size > 30);
    const refused = await b.root.post('sys/replication/performance/secondary/promote', {});
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [expect.stringMatching(/check primary-gone failed: the primary still answers at/)] },
    });
    a.server.signal('SIGSTOP');
    const preview = await b.root.must('POST', 'sys/replication/performance/secondary/promote?dry_run=true');
    expect(preview.data.checks.find(({ name }: { name: string }) => name === 'primary-gone')).toMatchObject({
      passed: true,
    });
    expect(await promoteImpatiently(b)).toBe(1);
    expect(await b.status()).toMatchObject({ mode: 'primary', epoch: 2 });
    const { members } = await b.status();
    const founder = members.map(({ id }: { id: string }) => id).find((id: string) => /^primary-[0-9a-f]{8}$/.test(id));
    expect(members).toEqual(['eu-west', founder, 'us-east'].map((id) => ({ id, state: 'active', since_epoch: 1 })));
    const onNew = writeOn(b, 'new', (key, value) => onNext.set(key, value));
    await eventually('writes on the new primary', async () => onNext.size > 10);
    woken = true;
    a.server.signal('SIGCONT');

    const fenced = await eventually('the old primary to step down', async () => {
      const status = await a.status();
      return status.fenced && status;
    });
    expect(fenced).toMatchObject({
      mode: 'secondary',
      state: 'idle',
      fenced: { epoch: 1, by_epoch: 2, quarantined: expect.any(Number) },
    });
    const write = await a.root.post('kv/x', { value: 1 });
    expect(write).toMatchObject({
      status: 400,
      body: { errors: [expect.stringContaining('this cluster was fenced at epoch 1; it is no longer the primary: ')] },
    });
    expect((await a.root.get('kv/old1/1')).status).toBe(200);
    stopped = true;
    await Promise.all([...onOld, onNew]);

    // Whatever the old primary acknowledged is either in the set or in quarantine, by its path.
    const { mutations } = (await a.root.must('GET', QUARANTINE)).data as { mutations: Quarantined[] };
    const aside = new Set(mutations.map(({ path }) => path));
    expect(late.size).toBeGreaterThan(0);
    for (const key of [...before.keys(), ...late.keys()]) {
      const there = (await b.root.get(`kv/${key}`)).status === 200;
      expect({ key, there, aside: aside.has(`kv/${key}`) }).toEqual({ key, there, aside: !there });
    }
    for (const key of late.keys()) expect(aside.has(`kv/${key}`)).toBe(true);
    expect(mutations[0]).toEqual({
      index: expect.any(Number),
      epoch: 1,
      path: expect.stringMatching(/^kv\/old/),
      time: expect.any(String),
      request_id: expect.any(String),
    });
    expect(JSON.stringify(mutations)).not.toContain('value');
    expect(a.server.log).toMatch(/another cluster of the set was promoted/);

    // Both others come over to the new primary without a wipe.
    await a.follow(b, 'former-primary');
    await c.follow(b, 'eu-west');
    for (const secondary of [a, c]) await secondary.untilInStepWith(b, 90_000);
    for (const key of onNext.keys())
      expect((await a.root.must('GET', `kv/${key}`)).data).toEqual((await b.root.must('GET', `kv/${key}`)).data);
    for (const key of late.keys()) expect((await a.root.get(`kv/${key}`)).status).toBe(404);
    expect((await a.status()).fenced).toBeUndefined();
  }, 180_000);

  it('lets an operator write chosen mutations anew, or all, and discard others', async () => {
    const [a, b] = [old, next] as [Cluster, Cluster];
    const { mutations } = (await a.root.must('GET', QUARANTINE)).data as { mutations: Quarantined[] };
    expect((await a.status()).quarantined).toBe(mutations.length);
    const chosen = mutations[0] as Quarantined;
    const key = chosen.path.slice('kv/'.length);
    expect(await a.root.post(`${QUARANTINE}/reapply`, { indexes: [1] })).toMatchObject({
      status: 400,
      body: { errors: ['no mutation with index 1 is in quarantine'] },
    });
    expect(await a.root.post(`${QUARANTINE}/discard`, {})).toMatchObject({
      status: 400,
      body: { errors: ['give either indexes or all=true'] },
    });
    const ALLOW = 'sys/replication/performance/primary/allow-reapply';
    const reapplying = () => a.root.post(`${QUARANTINE}/reapply`, { indexes: [chosen.index] });
    const { secondary_id: id } = await a.status();
    expect(await reapplying()).toMatchObject({
      status: 403,
      body: { errors: [expect.stringContaining(`call primary/allow-reapply with id=${id}`)] },
    });
    for (const body of [{}, { id: 'nobody' }, { id, ttl: 0 }])
      expect((await b.root.post(ALLOW, body)).status).toBe(400);
    expect((await b.root.must('POST', ALLOW, { id, ttl: '5m' })).data).toEqual({
      id,
      until: expect.stringMatching(/Z$/),
    });
    expect((await b.status()).reapply_allowed).toEqual([{ id, until: expect.any(String) }]);
    expect((await reapplying()).status).toBe(204);
    await a.untilInStepWith(b);
    for (const cluster of [a, b])
      expect((await cluster.root.must('GET', `kv/${key}`)).data).toEqual({ value: Number(key.split('/')[1]) });
    expect(
      ((await a.root.must('GET', QUARANTINE)).data.mutations as Quarantined[]).map(({ index }) => index),
    ).not.toContain(chosen.index);
    await a.root.must('POST', `${QUARANTINE}/discard`, { indexes: [mutations[1]?.index] });
    await b.root.must('POST', ALLOW, { id, ttl: '5m' });
    await a.root.must('POST', `${QUARANTINE}/reapply`, { all: true });
    expect((await a.root.must('GET', QUARANTINE)).data).toEqual({ mutations: [] });
    await a.untilInStepWith(b);
    for (const [at, { path }] of mutations.entries())
      expect([at, (await b.root.get(path)).status]).toEqual([at, at === 1 ? 404 : 200]);
    expect((await a.status()).quarantined).toBeUndefined();
  }, 60_000);
});
