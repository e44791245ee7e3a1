import { setTimeout as sleep } from 'node:timers/promises';
import { RULES } from './check/rules';
import type { Violation } from './check/violation';
import { allFaults } from './faults/all-faults';
import { Nemesis } from './faults/nemesis';
import type { Tally } from './faults/tally';
import { conclude } from './history/conclude';
import type { History } from './history/history';
import { Recorder } from './history/recorder';
import { Client } from './load/client';
import { Random } from './random';
import { converge, termOf } from './world/convergence';
import type { World } from './world/world';

const CLIENTS = 8;

export interface RoundOrder {
  readonly world: World;
  readonly seed: number;
  readonly round: number;
  readonly seconds: number;
  readonly tally: Tally;
  readonly log: (line: string) => void;
}

export interface RoundOutcome {
  readonly violations: readonly Violation[];
  readonly history: History;
}

/** Load and faults for a while, then calm, then judgement. */
export async function runRound({ world, seed, round, seconds, tally, log }: RoundOrder): Promise<RoundOutcome> {
  const recorder = new Recorder();
  world.forkedAt = Infinity;
  await world.outcast.expel(world.primary);
  const firstTerm = await termOf(world.primary);
  const [load, trouble] = [new AbortController(), new AbortController()];
  const clients = Array.from({ length: CLIENTS }, (_, id) =>
    new Client(id, round, world, recorder, Random.of(seed, round, id)).run(load.signal),
  );
  const noted = (line: string): void => log(`${(recorder.now() / 1000).toFixed(1)} ${line}`);
  const nemesis = new Nemesis({
    faults: allFaults(world, round),
    random: Random.of(seed, round, 1000),
    tally,
    log: noted,
  }).run(trouble.signal);
  await Promise.race([sleep(seconds * 1000), nemesis, ...clients]);
  trouble.abort();
  await nemesis;
  load.abort();
  await Promise.all(clients);
  noted('calm');
  const unconverged = await converge(world);
  noted('converged');
  const history = await conclude(world, recorder);
  const rotated = rotationsAreKept((await termOf(world.primary)) - firstTerm, recorder, history);
  return { history, violations: [...unconverged, ...rotated, ...RULES.flatMap((rule) => rule(history))] };
}

function rotationsAreKept(
  kept: number,
  { rotations: { done, unknown } }: Recorder,
  { quarantined }: History,
): Violation[] {
  const aside = quarantined.filter(({ key }) => key === 'sys/rotate').length;
  if (kept >= done - aside && kept <= done + unknown) return [];
  const what = `${done} rotations were acknowledged, ${unknown} may have taken place, ${aside} are kept aside, ${kept} did take place`;
  return [{ rule: 'no acknowledged write is lost', key: 'barrier key', what, operations: [] }];
}
