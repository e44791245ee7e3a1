import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, type ApiAnswer, eventually } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { POSTGRES } from '../harness/services';
import { WriteLoad } from '../harness/write-load';

const BURST = 40;
/** A request to a process that stands still gets no answer. */
const PATIENCE_MS = 3000;

/** Two processes that are told the same storage: what an orchestrator makes by mistake, or when it takes the first for dead. */
class Pair {
  private readonly started: ServerProcess[] = [];
  private key = '';
  private rootToken = '';

  constructor(private readonly storage: string) {}

  async first(): Promise<ServerProcess> {
    const server = await this.attempt();
    const {
      keys_base64: [key],
      root_token: token,
    } = await new Api(server.address).must('POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
    [this.key, this.rootToken] = [key, token];
    await this.unseal(server);
    await this.root(server).must('POST', 'sys/mounts/own', { type: 'kv' });
    return server;
  }

  /** @throws what the process said when it ended. */
  async attempt(): Promise<ServerProcess> {
    const server = await ServerProcess.start({ config: this.storage });
    this.started.push(server);
    return server;
  }

  /** As an orchestrator does: again, until it stays up. */
  async second(): Promise<ServerProcess> {
    const server = await eventually('the second process to get the storage', () => this.attempt());
    await this.unseal(server);
    return server;
  }

  async unseal(server: ServerProcess): Promise<void> {
    await new Api(server.address).must('POST', 'sys/unseal', { key: this.key });
  }

  root({ address }: ServerProcess): Api {
    return new Api(address, this.rootToken, PATIENCE_MS);
  }

  async stop(): Promise<void> {
    for (const server of this.started) {
      server.signal('SIGCONT');
      await server.stop();
    }
  }
}

/** Writes until the process stands still or ends. @returns what was acknowledged. */
async function writeUntil(api: Api, fall: () => Promise<void> | void): Promise<ReadonlyMap<string, string>> {
  const load = new WriteLoad(api, 'own');
  await load.more(50);
  await fall();
  await load.stop().catch(() => undefined);
  return load.acknowledged;
}

async function expectAll(api: Api, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  expect(acknowledged.size).toBeGreaterThanOrEqual(50);
  for (const [path, value] of acknowledged) expect((await api.must('GET', `own/${path}`)).data).toEqual({ value });
}

const sqliteIn = (folder: string): string => `storage "sqlite" { path = "${folder}/tidelock.db" }`;
const postgresSchema = (): string =>
  `storage "postgresql" { connection_url = "${POSTGRES}" schema = "two_processes_${randomBytes(4).toString('hex')}" }`;
const sqliteFile = (): string => sqliteIn(mkdtempSync(join(tmpdir(), 'tidelock-two-processes-')));

describe.each([
  [
    'a SQLite file',
    sqliteFile,
    /storage "sqlite" \(.*\) cannot be opened: another node has the SQLite file .* open; stop it, or configure another path/,
  ],
  [
    'a PostgreSQL schema',
    postgresSchema,
    /storage "postgresql" \(.*\) cannot be opened: another node has the PostgreSQL schema ".*" open; stop it, or configure another schema/,
  ],
])('the second process on %s', (_, storage, refusal) => {
  const pair = new Pair(storage());
  afterAll(() => pair.stop());

  it('ends, and says why; takes over when the first was killed, with all that was acknowledged', async () => {
    const first = await pair.first();
    await expect(pair.attempt()).rejects.toThrow(refusal);
    const acknowledged = await writeUntil(pair.root(first), () => first.kill());
    const second = await pair.second();
    await expectAll(pair.root(second), acknowledged);
    expect((await pair.root(second).post('own/after', { value: 1 })).status).toBe(204);
  });
});

describe('a process on a PostgreSQL schema that stands still and is woken', () => {
  const pair = new Pair(postgresSchema());
  let first: ServerProcess;
  let second: ServerProcess;
  let acknowledged: ReadonlyMap<string, string>;
  afterAll(() => pair.stop());

  it('is taken over from, and nothing that it acknowledged is lost', async () => {
    first = await pair.first();
    acknowledged = await writeUntil(pair.root(first), () => first.signal('SIGSTOP'));
    second = await pair.second();
    await expectAll(pair.root(second), acknowledged);
    await pair.root(second).must('POST', 'own/whose', { value: 'the second' });
  }, 120_000);

  it('writes nothing then, serves nothing, and says so with a 503', async () => {
    first.signal('SIGCONT');
    const answers = await Promise.all(
      Array.from({ length: BURST }, (_, at): Promise<ApiAnswer> =>
        at % 2 === 0 ? pair.root(first).post('own/whose', { value: 'the first' }) : pair.root(first).get('own/whose'),
      ),
    );
    expect(answers.filter(({ status }) => status !== 503)).toEqual([]);
    await eventually('it to know who has the storage', async () =>
      first.log.includes('another node has taken the right to write'),
    );
    expect((await pair.root(first).get('sys/health')).status).toBe(429);
    expect((await pair.root(first).get('sys/seal-status')).body).toMatchObject({ initialized: true, sealed: false });
    await expectAll(pair.root(second), acknowledged);
    expect((await pair.root(second).must('GET', 'own/whose')).data).toEqual({ value: 'the second' });
  });

  it('takes over by itself when the other one stops, with all that the other one acknowledged', async () => {
    await second.stop();
    await eventually('the first to serve again', async () => (await pair.root(first).get('own/whose')).status === 200);
    expect((await pair.root(first).must('GET', 'own/whose')).data).toEqual({ value: 'the second' });
    await expectAll(pair.root(first), acknowledged);
    await pair.root(first).must('POST', 'own/whose', { value: 'the first again' });
  });
});
