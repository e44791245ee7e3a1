import { eventually, type Json } from '../../harness/api';
import type { Violation } from '../check/violation';
import type { Member } from './member';
import type { World } from './world';

const PATIENCE_MS = 180_000;
/**
 * What the outcast publishes: a reign that no member began, and messages of it. Messages that a crash makes the primary send again; that a former primary had sent; and, where a secondary had followed it beyond the point
 * that its successor builds on, the successor's first one, under a key that was given up at that point.
 */
const EXPECTED_REFUSALS = [
  'repeated',
  'stale-epoch',
  'unknown-key',
  'no-member',
  'unknown-reign',
  'bad-signature',
  'expired-key',
];

/** Waits, all faults being over, until every secondary is well and has what the primary has. @returns what did not come about. */
export async function converge(world: World): Promise<Violation[]> {
  let found: string[] = [];
  const converged = eventually(
    'convergence',
    async () => {
      found = [];
      found = await differences(world);
      return found.length === 0;
    },
    PATIENCE_MS,
  );
  return converged.then(
    () => [],
    (error: Error) =>
      (found.length > 0 ? found : [error.message]).map((what) => ({
        rule: 'the set converges',
        key: 'status',
        what,
        operations: [],
      })),
  );
}

async function differences({ primary, secondaries }: World): Promise<string[]> {
  const there = await statusOf(primary);
  const terms = await termOf(primary);
  const ofPrimary = complaints(primary, there, { mode: 'primary', state: 'running', corrupted_merkle_tree: false });
  const ofSecondaries = secondaries.map(async (member) => {
    const here = await statusOf(member);
    const expected = {
      mode: 'secondary',
      state: 'stream-wals',
      connection_state: 'ready',
      corrupted_merkle_tree: false,
      merkle_root: there.merkle_root,
      epoch: there.epoch,
    };
    const { last } = here.refused ?? {};
    return [
      ...complaints(member, here, { ...expected, last_remote_wal: there.last_performance_wal, poison: undefined }),
      ...(last && !EXPECTED_REFUSALS.includes(last.reason)
        ? [`${member.name} refused a message: ${JSON.stringify(last)}`]
        : []),
      ...((await termOf(member)) === terms ? [] : [`${member.name} has another barrier key than the primary`]),
    ];
  });
  return [...ofPrimary, ...(await Promise.all(ofSecondaries)).flat()];
}

function complaints({ name }: Member, status: Json, expected: Json): string[] {
  return Object.entries(expected)
    .filter(([field, value]) => status[field] !== value)
    .map(([field, value]) => `${name}: ${field} is ${String(status[field])} instead of ${String(value)}`);
}

async function statusOf({ client }: Member): Promise<Json> {
  return (await client.must('GET', 'sys/replication/performance/status')).data;
}

/** Counts the barrier's keys. */
export async function termOf({ root }: Member): Promise<number> {
  return (await root.must('GET', 'sys/key-status')).data.term;
}
