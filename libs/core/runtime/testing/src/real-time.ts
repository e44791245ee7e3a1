import { type Alive, type Part, RunningPart, systemTimers, type Timers } from '@tidelock/core/runtime';
import { silentLogger, systemClock } from '@tidelock/kernel';

const lives = new WeakMap<Part, Alive>();

/** Begins a part alone, in the system's own time: for a spec of what is not about time. */
export async function begin(part: Part, timers: Timers = systemTimers): Promise<void> {
  lives.set(part, await RunningPart.root('node', { timers, clock: systemClock, logger: silentLogger }).begin(part));
}

/** Ends what `begin` has begun. */
export async function end(part: Part): Promise<void> {
  await lives.get(part)?.end();
}
