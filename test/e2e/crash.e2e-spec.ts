import fc from 'fast-check';
import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import { eventually } from '../harness/api';
import { ReplicationSet } from '../harness/replication-set';

const ROUNDS = 12;
const SEED = Number(process.env['TIDELOCK_TEST_SEED'] ?? 20261124);
const WRITERS = 4;

type Victim = 'primary' | 'secondary' | 'broker';

interface Round {
  readonly victim: Victim;
  /** Acknowledged writes before the kill. */
  readonly after: number;
}

// Done 3: kill -9 of any part at random moments under write load loses no acknowledged write and ends in equal roots.
describe(`crashes (seed ${SEED})`, () => {
  let kafka: RunningKafka;
  let set: ReplicationSet;
  /** The last acknowledged value of each key. */
  const acknowledged = new Map<string, number>();
  let writes = 0;
  let stopped = false;

  beforeAll(async () => {
    kafka = await startKafka({});
    set = await ReplicationSet.start({ suite: 'crash', kafka: kafka.brokers });
    await set.primary.root.must('POST', 'sys/mounts/secret', { type: 'kv' });
    await set.secondary.untilInStepWith(set.primary);
  });
  afterAll(async () => {
    stopped = true;
    await set.stop();
    await kafka.stop();
  });

  /** One client with keys of its own: each write is a higher number, so a lost one shows. */
  async function write(writer: number): Promise<void> {
    for (let value = 1; !stopped; value += 1) {
      const key = `w${writer}/${value % 7}`;
      const answer = await set.primary.root.post(`secret/${key}`, { value }).catch(() => undefined);
      if (answer?.status === 204) {
        acknowledged.set(key, value);
        writes += 1;
      } else {
        await new Promise((wake) => setTimeout(wake, 20));
      }
    }
  }

  async function strike({ victim, after }: Round): Promise<void> {
    const target = writes + after;
    await eventually('writes to be acknowledged', async () => writes >= target);
    if (victim === 'broker') {
      await kafka.kill();
      const during = writes;
      await eventually('writes to go on without a broker', async () => writes > during + 5);
      await kafka.restart();
      return;
    }
    await set[victim].server.kill();
    await set[victim].restart();
  }

  it(`survives ${ROUNDS} kills without losing an acknowledged write`, async () => {
    const round = fc.record<Round>({
      victim: fc.constantFrom<Victim>('primary', 'secondary', 'broker'),
      after: fc.integer({ min: 1, max: 60 }),
    });
    const rounds = fc.sample(round, { seed: SEED, numRuns: ROUNDS });
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    for (const one of rounds) await strike(one);
    stopped = true;
    await Promise.all(writers);
    expect(writes).toBeGreaterThan(ROUNDS);
    await set.secondary.untilInStepWith(set.primary, 120_000);
    const { root } = set.primary;
    // The secondary's own token: a root token made with the primary's key.
    const reader = await set.secondary.generateRoot();
    for (const [key, value] of acknowledged) {
      const [there, here] = [await root.must('GET', `secret/${key}`), await reader.must('GET', `secret/${key}`)];
      expect(there.data.value).toBeGreaterThanOrEqual(value);
      expect(here.data).toEqual(there.data);
    }
  }, 600_000);
});
