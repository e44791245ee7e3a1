import { mountView } from '@tidelock/engine-testing';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { PrimaryUnreachable } from '@tidelock/replication';
import { LostAnswers } from './lost-answers';

const NOON = 1_700_000_000_000;
const mount = mountView('database');
const LEASE = { ttlSeconds: 0, maxTtlSeconds: 0, renewable: true, internal: { user: 'v-1' } };
const AWAY = new PrimaryUnreachable([], new Error('refused'));

describe('Lost answers', () => {
  let runtime: TestRuntime;
  let answers: LostAnswers;
  let outcome: (id: string) => Promise<unknown>;
  const node = {
    isSecondary: true,
    callPrimary: async <T>(_name: string, { id }: { id: string }) => (asked.push(id), (await outcome(id)) as T),
  };
  const asked: string[] = [];
  const givenBack: string[] = [];
  const indexes: number[] = [];
  const told: unknown[][] = [];

  beforeEach(async () => {
    for (const list of [asked, givenBack, indexes, told]) list.length = 0;
    node.isSecondary = true;
    runtime = new TestRuntime(NOON);
    const leases: ConstructorParameters<typeof LostAnswers>[0]['leases'] = {
      giveBack: async ({ path }, _grant, index) => (indexes.push(index), void givenBack.push(path)),
    };
    const logger = { ...silentLogger, warn: (...line: unknown[]) => void told.push(line) };
    answers = new LostAnswers({ node: node as never, leases, clock: runtime.clock, logger });
    await runtime.root.begin(answers);
  });
  afterEach(() => runtime.root.end());

  const note = (id: string): void =>
    answers.note({ id, at: { path: `database/creds/${id}`, mount, now: runtime.clock.now() } });

  it('are asked for at once, and what the primary has made for them is given back', async () => {
    outcome = async (id) => (id === 'leased' ? { reply: { response: { lease: LEASE }, index: 7 } } : {});
    for (const id of ['leased', 'unknown']) note(id);
    await runtime.advance(60_000);
    expect([asked, givenBack, indexes]).toEqual([['leased', 'unknown'], ['database/creds/leased'], [7]]);
    expect(told).toEqual([]);
  });

  it('are asked for again while the primary is away, one of them at a time', async () => {
    let away = true;
    outcome = () => (away ? Promise.reject(AWAY) : Promise.resolve({ reply: { response: { lease: LEASE } } }));
    for (const id of ['a', 'b']) note(id);
    await runtime.advance(4000);
    expect(asked).toEqual(['a', 'a', 'a']);
    away = false;
    await runtime.advance(2000);
    expect(givenBack).toEqual(['database/creds/a', 'database/creds/b']);
  });

  it.each<ConstructorParameters<typeof TidelockError>[0]>(['INTERNAL', 'PERMISSION_DENIED', 'STORAGE_FULL'])(
    'of what failed there (%s) hold nothing up',
    async (code) => {
      outcome = async () => ({ failed: new TidelockError(code) });
      for (const id of ['a', 'b']) note(id);
      await runtime.advance(60_000);
      expect([asked, givenBack, told]).toEqual([['a', 'b'], [], []]);
    },
  );

  it('hold nothing up where the primary is of a build that keeps none', async () => {
    outcome = () => Promise.reject(new TidelockError('UNSUPPORTED_PATH'));
    for (const id of ['a', 'b']) note(id);
    await runtime.advance(60_000);
    expect([asked, givenBack]).toEqual([['a', 'b'], []]);
  });

  it.each<ConstructorParameters<typeof TidelockError>[0]>(['INVALID_REQUEST', 'PERMISSION_DENIED', 'NO_HANDLER'])(
    'hold nothing up, and are told of, where the primary refuses the question (%s)',
    async (code) => {
      outcome = (id) =>
        id === 'a'
          ? Promise.reject(new TidelockError(code))
          : Promise.resolve({ reply: { response: { lease: LEASE } } });
      for (const id of ['a', 'b']) note(id);
      await runtime.advance(60_000);
      expect([asked, givenBack]).toEqual([['a', 'b'], ['database/creds/b']]);
      expect(told).toEqual([[expect.any(String), expect.objectContaining({ path: 'database/creds/a' })]]);
    },
  );

  it.each<ConstructorParameters<typeof TidelockError>[0]>(['SEALED', 'STORAGE_UNAVAILABLE', 'FENCED', 'INTERNAL'])(
    'are asked for again where the call itself fails there (%s)',
    async (code) => {
      outcome = async () => {
        if (asked.length === 1) throw new TidelockError(code);
        return { reply: { response: { lease: LEASE } } };
      };
      note('a');
      await runtime.advance(60_000);
      expect([givenBack, told]).toEqual([['database/creds/a'], []]);
    },
  );

  it.each(['a primary that stays away', 'a promotion'])('are named in the log behind %s', async (which) => {
    outcome = () => Promise.reject(AWAY);
    node.isSecondary = which !== 'a promotion';
    for (const id of ['a', 'b']) note(id);
    await runtime.advance(60_000);
    expect(told).toEqual([]);
    await runtime.advance(2000);
    const facts = { requests: 2, first: 'database/creds/a' };
    expect(told).toEqual([[expect.stringContaining('a secret that it made has no lease'), facts]]);
  });

  it('take no more memory than the primary does for them', async () => {
    outcome = async () => ({});
    for (let id = 0; id < 2000; id += 1) note(String(id));
    await runtime.advance(0);
    expect(asked).toHaveLength(1000);
  });
});
