import { request as httpRequest } from 'node:http';
import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import { type Api, type ApiAnswer } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { multi } from '../harness/expectations';
import { ReplicationSet } from '../harness/replication-set';
import { newTopicPrefix } from '../harness/services';

const ROUNDS = 25;
const WAIT = 'best_effort_wal_wait_duration = "500ms"';
const FORWARD = { 'X-Vault-Inconsistent': 'forward-active-node' };
const MISSING = { status: 412, body: { errors: [multi('required index state not present')] } };
const LATE =
  "Timeout hit while waiting for local replicated cluster to apply primary's write; this client may encounter stale reads of values written during this operation.";

const stateOf = ({ headers }: ApiAnswer): string => headers.get('x-vault-index') ?? '';
const valueOf = ({ body }: ApiAnswer): unknown => body?.data?.value;

/** Several `X-Vault-Index` lines, as Vault's Go client sends them. */
function getWithLines(api: Api, path: string, states: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Vault-Token': api.token, 'X-Vault-Index': [...states] };
    httpRequest(`${api.address}/v1/${path}`, { headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

// A client that names what it has seen gets no answer from before it.
describe('client-controlled consistency', () => {
  let kafka: RunningKafka;
  let set: ReplicationSet;
  let primary: Cluster;
  /** Allows forwarding by header. */
  let us: Cluster;
  /** Does not. */
  let eu: Cluster;
  /** A state that a cluster gave out before it joined the set. */
  let foreign: string;

  beforeAll(async () => {
    kafka = await startKafka();
    const order = { kafka: kafka.brokers, storage: 'sqlite', topicPrefix: newTopicPrefix('consistency') } as const;
    set = await ReplicationSet.start({
      suite: 'consistency',
      ...order,
      config: `replication { allow_forwarding_via_header = true ${WAIT} }`,
    });
    [primary, us] = [set.primary, set.secondary];
    eu = await Cluster.start({ ...order, config: `replication { ${WAIT} }` });
    foreign = stateOf(await eu.root.post('cubbyhole/a', { value: 1 }));
    await eu.join(primary, 'eu');
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    for (const secondary of [us, eu]) {
      await secondary.untilInStepWith(primary);
      await secondary.generateRoot();
    }
    await us.root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
  }, 180_000);
  afterAll(async () => {
    kafka.resume();
    await Promise.all([set.stop(), eu.server.stop()]);
    await kafka.stop();
  });

  const read = (cluster: Cluster, path: string, ...states: readonly string[]) =>
    cluster.root.request('GET', path, undefined, { 'X-Vault-Index': states.join(',') });
  const forward = (api: Api, path: string, state: string, method = 'GET') =>
    api.request(method, path, undefined, { 'X-Vault-Index': state, ...FORWARD });

  it("names the state on every answer that changed storage, and on no other, in the form that Vault's clients read", async () => {
    const { cluster_id } = await primary.status();
    const changing: ApiAnswer[] = [
      await primary.root.post('kv/a', { value: 1 }),
      await us.root.post('kv/a', { value: 2 }),
      await us.root.post('cubbyhole/a', { value: 1 }),
      await us.root.post('here/a', { value: 1 }),
      await us.root.post('auth/token/create', {}),
      await us.root.delete('kv/a'),
    ];
    for (const answer of changing) {
      const fields = Buffer.from(stateOf(answer), 'base64').toString().split(':');
      expect(fields).toEqual([
        'v1',
        cluster_id,
        expect.stringMatching(/^\d+$/),
        expect.stringMatching(/^\d+$/),
        expect.stringMatching(/^[0-9a-f]{64}$/),
      ]);
    }
    for (const answer of [
      await us.root.get('kv/a'),
      await us.root.get('sys/mounts'),
      await us.root.get('cubbyhole/a'),
      await us.root.get('nowhere/a'),
    ])
      expect(stateOf(answer)).toBe('');
  });

  it('lets a client read its own writes: made through the secondary, or on the primary and named', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await us.root.must('POST', 'kv/own', { value: `through ${round}` });
      expect(valueOf(await us.root.get('kv/own'))).toBe(`through ${round}`);
      const written = await primary.root.post('kv/own', { value: `named ${round}` });
      expect(valueOf(await read(us, 'kv/own', stateOf(written)))).toBe(`named ${round}`);
      expect(valueOf(await read(eu, 'kv/own', stateOf(written)))).toBe(`named ${round}`);
    }
  });

  describe('while the stream stands still', () => {
    let old: string;
    let seen: string;

    beforeAll(async () => {
      old = stateOf(await primary.root.post('kv/late', { value: 'old' }));
      for (const secondary of [us, eu]) await secondary.untilInStepWith(primary);
      kafka.pause();
      seen = stateOf(await primary.root.post('kv/late', { value: 'new' }));
      await primary.root.must('POST', 'kv/later', { value: 'new' });
    });

    it('answers 412 rather than from before the state, and serves whoever names none', async () => {
      for (const secondary of [us, eu]) {
        expect(await read(secondary, 'kv/late', seen)).toMatchObject(MISSING);
        expect(
          await secondary.root.request('GET', 'kv/late', undefined, {
            'X-Vault-Index': seen,
            'X-Vault-Inconsistent': 'fail',
          }),
        ).toMatchObject(MISSING);
        expect(valueOf(await read(secondary, 'kv/late', old))).toBe('old');
        expect(valueOf(await secondary.root.get('kv/late'))).toBe('old');
        expect(await read(secondary, 'kv/late', old, seen)).toMatchObject(MISSING);
        expect([
          await getWithLines(secondary.root, 'kv/late', [old, old]),
          await getWithLines(secondary.root, 'kv/late', [old, seen]),
        ]).toEqual([200, 412]);
      }
      expect(valueOf(await read(primary, 'kv/late', old, seen))).toBe('new');
    });

    it("takes a state that is forged, garbled, cut or another cluster's for one that is missing", async () => {
      const text = Buffer.from(old, 'base64').toString();
      const forged = [
        foreign,
        Buffer.from(text.replace(/:\d+:(\w+)$/, ':0:$1')).toString('base64'),
        'garbled',
        old.slice(0, 20),
        Buffer.from(`v2${text.slice(2)}`).toString('base64'),
      ];
      for (const state of forged) {
        expect([state, (await read(us, 'kv/late', state)).status]).toEqual([state, 412]);
        expect([state, (await forward(us.root, 'kv/late', state)).status]).toEqual([state, 412]);
      }
    });

    it('has the primary answer reads and lists where that is allowed and asked for', async () => {
      expect(valueOf(await forward(us.root, 'kv/late', seen))).toBe('new');
      expect((await forward(us.root, 'kv?list=true', seen)).body.data.keys).toContain('later');
      expect((await us.root.list('kv')).body.data.keys).not.toContain('later');
      expect(valueOf(await forward(us.root, 'kv/late', old))).toBe('old');
      expect(await forward(eu.root, 'kv/late', seen)).toMatchObject({
        status: 400,
        body: { errors: ['forwarding via header X-Vault-Inconsistent=forward-active-node disabled in configuration'] },
      });
    });

    it("asks this cluster's policies first", async () => {
      const { auth } = await us.root.must('POST', 'auth/token/create', { policies: ['default'] });
      expect((await forward(us.anonymous.as(auth.client_token), 'kv/late', seen)).status).toBe(403);
      expect((await forward(us.anonymous.as(primary.rootToken), 'kv/late', seen)).status).toBe(403);
    });

    it('forwards nothing that is bound to this cluster', async () => {
      for (const path of [
        'cubbyhole/a',
        'here/a',
        'auth/token/lookup-self',
        'sys/mounts',
        'sys/audit',
        'sys/leases/count',
        'sys/internal/ui/mounts',
      ]) {
        expect([path, (await forward(us.root, path, seen)).status]).toEqual([path, 412]);
      }
      expect((await forward(us.root, 'kv/late', seen, 'DELETE')).status).toBe(412);
      expect(valueOf(await primary.root.get('kv/late'))).toBe('new');
    });

    it('says that a forwarded write has not come back in time, and has done it', async () => {
      const answer = await us.root.post('kv/forwarded', { value: 'done' });
      expect(answer).toMatchObject({ status: 200, body: { warnings: [LATE] } });
      expect(valueOf(await primary.root.get('kv/forwarded'))).toBe('done');
      expect((await us.root.get('kv/forwarded')).status).toBe(404);
      expect((await read(us, 'kv/forwarded', stateOf(answer))).status).toBe(412);
      expect(valueOf(await forward(us.root, 'kv/forwarded', stateOf(answer)))).toBe('done');
    });

    it('does not take a mount that it does not know yet for one that is gone', async () => {
      await primary.root.must('POST', 'sys/mounts/young', { type: 'kv' });
      expect((await us.root.get('young/a')).status).toBe(404);
      expect(await us.root.request('DELETE', 'sys/mounts/young')).toMatchObject({
        status: 400,
        body: {
          errors: [
            'cannot unmount a non-local mount on a replication secondary',
            expect.stringMatching(/^change it on the primary at/),
          ],
        },
      });
      expect((await primary.root.must('GET', 'sys/mounts')).data['young/']).toBeDefined();
    });

    it('has every state, and equal data, once the stream goes on', async () => {
      kafka.resume();
      for (const secondary of [us, eu]) {
        await secondary.untilInStepWith(primary, 120_000);
        expect(valueOf(await read(secondary, 'kv/late', old, seen))).toBe('new');
        for (const key of ['own', 'late', 'later', 'forwarded'])
          expect((await secondary.root.get(`kv/${key}`)).body.data).toEqual(
            (await primary.root.get(`kv/${key}`)).body.data,
          );
      }
      expect((await us.root.post('kv/again', { value: 1 })).status).toBe(204);
    }, 150_000);
  });
});
