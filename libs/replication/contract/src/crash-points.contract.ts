import type { StoreLocation } from '@tidelock/store';
import { expectInStep, type Fate, type Member, newSet, type TestSet, until } from '@tidelock/replication/testing';
import { type CrashEvent, EVENTS } from './events';

const MOST_POINTS = 40;
/** Each has a set of its own, and waits more than it works. */
const AT_ONCE = 4;

/** Events of more than one transaction: whichever is the last, the cluster has not begun, or goes on and ends as if nothing had been. */
export function crashPoints(name: string, place: () => Promise<StoreLocation>): void {
  describe.each<Fate>(['dies', 'is refused'])(`a cluster on ${name} whose next transaction %s`, (fate) => {
    it.each(EVENTS)(
      'ends as it should: $what',
      async (event) => {
        for (let first = 0; first < MOST_POINTS; first += AT_ONCE) {
          const met = await Promise.all(
            Array.from({ length: AT_ONCE }, (_, at) => runWithCrash(event, { place, point: first + at, fate })),
          );
          if (first === 0) expect(met[0]).toBe(true);
          if (met.includes(false)) return;
        }
        throw new Error(`it needed more than ${MOST_POINTS} transactions`);
      },
      120_000,
    );
  });
}

interface CrashPoint {
  readonly place: () => Promise<StoreLocation>;
  /** How many transactions take place before. */
  readonly point: number;
  readonly fate: Fate;
}

/** @returns whether it was struck before it had come about. */
async function runWithCrash(event: CrashEvent, { place, point, fate }: CrashPoint): Promise<boolean> {
  const set = await newSet(place);
  try {
    await event.prepare(set);
    const victim = event.victim(set);
    victim.failAfter(point, fate);
    const happening = event.happen(set);
    const outcome = await Promise.race([
      happening.then(
        () => 'done',
        (error: unknown) => error,
      ),
      victim.commits.struck,
    ]);
    const met = victim.commits.disarm();
    if (fate === 'dies' && met) {
      await victim.restart();
    } else if (!met) {
      expect(outcome).toBe('done');
    }
    await expectRoleConsistent(set);
    if (!(await event.isDone(set))) await event.happen(set);
    await event.end(set);
    return met;
  } catch (error) {
    throw new Error(`after ${point} transactions: ${String((error as Error).stack)}`, { cause: error });
  } finally {
    await set.close();
  }
}

async function storedMode({ store }: Member): Promise<unknown> {
  const row = await store.local.row('cluster', 'replication');
  return row === undefined ? 'disabled' : JSON.parse(row.value.toString()).mode;
}

/** A cluster that counts as the primary replicates what it acknowledges. */
async function expectRoleConsistent({ a, b }: TestSet): Promise<void> {
  // It may be changing just now.
  for (const member of [a, b])
    await until('the role in memory to be the stored one', async () => (await storedMode(member)) === member.node.mode);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one.node.mode !== 'primary') continue;
    expect(one.store.journal.enabled).toBe(true);
    if (
      other.state === 'stream-wals' &&
      other.node.role.epoch === one.node.role.epoch &&
      one.node.filtering.filters.ids().length === 0
    )
      await expectInStep(one, other);
  }
}
