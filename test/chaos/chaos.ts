import { Tally } from './faults/tally';
import type { Operation } from './history/operation';
import { reportOf, saveLogs } from './report';
import { runRound } from './run-round';
import { prepareMounts } from './world/prepare';
import { World } from './world/world';

/** A calm and a judgement come at least so often. */
const ROUND_SECONDS = 120;

export interface ChaosOrder {
  readonly seed: number;
  readonly minutes: number;
  readonly log: (line: string) => void;
}

export interface ChaosOutcome {
  /** Empty when every promise was kept. */
  readonly failure: string;
  readonly faults: number;
  readonly operations: number;
  readonly summary: string;
}

/** Hurts a replication set as the seed says, and judges what its clients saw. Ends with the first round that shows a violation. */
export async function runChaos({ seed, minutes, log }: ChaosOrder): Promise<ChaosOutcome> {
  const world = await World.start();
  const tally = new Tally();
  const counts: Record<string, number> = {};
  const deadline = Date.now() + minutes * 60_000;
  let failure = '';
  try {
    await prepareMounts(world);
    for (let round = 1; failure === '' && Date.now() < deadline; round += 1) {
      log(`round ${round}`);
      const seconds = Math.min(ROUND_SECONDS, (deadline - Date.now()) / 1000);
      const { history, violations } = await runRound({ world, seed, round, seconds, tally, log });
      count(history.operations, counts);
      log(
        `round ${round}: ${history.operations.length} operations, ${history.tokens.length} tokens, ${violations.length} violations`,
      );
      if (violations.length > 0) failure = `seed ${seed}, round ${round}\n${reportOf(history, violations)}`;
    }
  } catch (error) {
    failure = `seed ${seed}: ${(error as Error).stack}`;
  } finally {
    if (failure !== '') failure += `\nlogs: ${saveLogs(world)}`;
    await world.stop();
  }
  return {
    failure,
    faults: tally.total,
    operations: Object.values(counts).reduce((sum, one) => sum + one, 0),
    summary: `${tally.table()}\n\n${tableOf(counts)}`,
  };
}

function count(operations: readonly Operation[], counts: Record<string, number>): void {
  for (const { action, key, outcome } of operations) {
    const name = `${key.split('/')[0]} ${action}: ${outcome}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

const tableOf = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, times]) => `${name.padEnd(32)} ${String(times).padStart(6)}`)
    .join('\n');
