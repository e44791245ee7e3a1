import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random';
import type { Fault } from './fault';
import { nextFault, type PlannedFault } from './plan';
import type { Tally } from './tally';

export interface NemesisParts {
  readonly faults: readonly Fault[];
  readonly random: Random;
  /** Least and most time between two faults. */
  readonly gapMs?: readonly [number, number];
  readonly tally: Tally;
  /** Told each fault and its end. */
  readonly log: (line: string) => void;
}

/** Injects what the seed wants, one fault after the other; those of different parts overlap. */
export class Nemesis {
  private readonly held = new Set<string>();
  private readonly lasting = new Set<Promise<void>>();
  private failure: unknown;

  constructor(private readonly parts: NemesisParts) {}

  /** Returns once told to stop and everything is healed. @throws what a fault or its end failed with. */
  async run(stop: AbortSignal): Promise<void> {
    const { random, faults, gapMs } = this.parts;
    while (!stop.aborted && this.failure === undefined) {
      const planned = nextFault(random, faults, gapMs);
      await sleep(planned.afterMs, undefined, { signal: stop }).catch(() => undefined);
      if (planned.fault.waits) await this.untilFree(planned);
      if (!stop.aborted) this.begin(planned, stop);
    }
    await Promise.all(this.lasting);
    if (this.failure !== undefined) throw this.failure;
  }

  private async untilFree({ fault, target }: PlannedFault): Promise<void> {
    while (fault.parts(target).some((part) => this.held.has(part)) && this.lasting.size > 0)
      await Promise.race(this.lasting);
  }

  private begin(planned: PlannedFault, stop: AbortSignal): void {
    const { fault, target } = planned;
    const parts = fault.parts(target);
    if (parts.some((part) => this.held.has(part))) return this.parts.tally.skip(fault.name);
    for (const part of parts) this.held.add(part);
    const over = this.last(planned, stop)
      .catch((error: unknown) => {
        this.failure ??= new Error(`${fault.name} (${target}) failed: ${String(error)}`, { cause: error });
      })
      .finally(() => {
        for (const part of parts) this.held.delete(part);
        this.lasting.delete(over);
      });
    this.lasting.add(over);
  }

  private async last({ fault, target, lastsMs }: PlannedFault, stop: AbortSignal): Promise<void> {
    const { tally, log } = this.parts;
    log(`${fault.name} (${target}), ${(lastsMs / 1000).toFixed(1)} s`);
    tally.add(fault.name, lastsMs);
    await fault.inject(target);
    if (lastsMs > 0) await sleep(lastsMs, undefined, { signal: stop }).catch(() => undefined);
    await fault.heal(target);
    log(`over: ${fault.name} (${target})`);
  }
}
