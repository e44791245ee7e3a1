import { type Api, type ApiAnswer, eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { OwnPostgres } from '../harness/own-postgres';
import { KAFKA, newTopicPrefix } from '../harness/services';

const WORKERS = 16;
/** Before PostgreSQL stops, while it is away, and once it is being started. */
const REQUESTS = { before: 250, away: 500, back: 250 };

/** What a client may be told while the database is away, or the node reads itself anew. */
const CLEAR = [
  'the storage of this node cannot be reached',
  'whether the change took effect is not known',
  'this node reads its storage anew',
  'Vault is in standby mode',
];

interface Asked {
  readonly kind: string;
  readonly answer: ApiAnswer;
}

// A database that goes away and comes back is an outage of 503s: nothing breaks, nothing acknowledged is lost, nobody has to unseal.
describe('PostgreSQL that is stopped and started again under load', () => {
  let postgres: OwnPostgres;
  let cluster: Cluster;
  let token: string;
  const asked: Asked[] = [];
  const acknowledged: string[] = [];
  let written = 0;

  const kinds: Readonly<Record<string, (root: Api) => Promise<ApiAnswer>>> = {
    read: (root) => root.get('own/first'),
    write: async (root) => {
      const key = `w${(written += 1)}`;
      const answer = await root.post(`own/${key}`, { value: key });
      if (answer.status === 204) acknowledged.push(key);
      return answer;
    },
    login: (root) => root.as('').post('auth/userpass/login/ada', { password: 'secret' }),
    'look-up': (root) => root.as(token).get('auth/token/lookup-self'),
    health: (root) => root.as('').get('sys/health'),
    'seal-status': (root) => root.as('').get('sys/seal-status'),
  };

  /** So many requests of all kinds, some at a time. */
  async function load(count: number): Promise<void> {
    const names = Object.keys(kinds);
    let left = count;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        const kind = names[(left -= 1) % names.length] as string;
        const ask = kinds[kind] as (root: Api) => Promise<ApiAnswer>;
        asked.push({ kind, answer: await ask(cluster.root) });
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
  }

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    cluster = await Cluster.start({
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('database-away'),
      storage: 'postgresql',
      postgres: postgres.url,
    });
    // Its publisher, its cluster port and its timers use the database, too.
    await cluster.enablePrimary();
    const { root } = cluster;
    await root.must('POST', 'sys/mounts/own', { type: 'kv' });
    await root.must('POST', 'own/first', { value: 'precious' });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await root.must('POST', 'auth/userpass/users/ada', { password: 'secret' });
    token = (await root.must('POST', 'auth/token/create', { policies: ['default'] })).auth.client_token;
  });
  afterAll(async () => {
    await cluster.server.stop();
    await postgres.stop();
  });

  it('is met by a thousand requests without a 500, and service resumes by itself', async () => {
    const printed = cluster.server.log.length;
    const before = load(REQUESTS.before);
    await Promise.all([
      before,
      eventually('requests to be under way', async () => asked.length > REQUESTS.before / 3).then(() =>
        postgres.halt(),
      ),
    ]);
    await eventually('the loss to be noticed', async () => (await cluster.root.get('own/first')).status === 503);

    const away = asked.length;
    await load(REQUESTS.away);
    const whileAway = asked.slice(away);
    await Promise.all([load(REQUESTS.back), postgres.resume()]);
    await eventually('service to resume', async () => (await cluster.root.get('own/first')).status === 200);

    expect(asked.length).toBeGreaterThanOrEqual(1000);
    expect(asked.filter(({ answer }) => answer.status >= 500 && answer.status !== 503)).toEqual([]);
    const refused = asked.filter(({ kind, answer }) => answer.status === 503 && kind !== 'health');
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.filter(({ answer }) => !CLEAR.some((text) => answer.text.includes(text)))).toEqual([]);
    // Those who ask for an answer of the database get none meanwhile; those who ask for the node do.
    const statusesOf = (wanted: string): number[] => [
      ...new Set(whileAway.filter(({ kind }) => kind === wanted).map(({ answer }) => answer.status)),
    ];
    for (const kind of ['read', 'write', 'login', 'look-up']) expect([kind, statusesOf(kind)]).toEqual([kind, [503]]);
    expect(statusesOf('health')).toEqual([429]);
    expect(
      asked.filter(
        ({ kind, answer }) => kind === 'seal-status' && (answer.status !== 200 || answer.body.sealed !== false),
      ),
    ).toEqual([]);

    const lines = cluster.server.log
      .slice(printed)
      .split('\n')
      .filter((line) => /\[(?:WARN|ERROR)\]|right to write/.test(line));
    expect(lines.map((line) => line.replace(/^.*?\]\s+(.*?): .*$/, '$1'))).toEqual([
      'the right to write was lost; nothing is served until it is had again',
      'the right to write is had again, and everything was read anew',
    ]);
  });

  it('has lost nothing that was acknowledged, and everything is in its place', async () => {
    const { root } = cluster;
    expect(acknowledged.length).toBeGreaterThan(10);
    for (const key of acknowledged) expect((await root.must('GET', `own/${key}`)).data).toEqual({ value: key });
    expect((await root.as(token).get('auth/token/lookup-self')).status).toBe(200);
    expect((await root.post('auth/userpass/login/ada', { password: 'secret' })).status).toBe(200);
    const { tasks } = (await root.must('GET', 'sys/internal/tasks')).data;
    expect(tasks).toContainEqual(
      expect.objectContaining({ path: 'node/session/sign-of-life', failures: 0, last_error: '' }),
    );
    await eventually('everything to be published', async () => {
      const { mode, last_performance_wal: index, stream } = await cluster.status();
      return mode === 'primary' && stream.publishedIndex >= index;
    });
  });
});
