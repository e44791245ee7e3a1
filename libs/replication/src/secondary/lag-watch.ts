import type { Task } from '@tidelock/core/runtime';
import type { Clock } from '@tidelock/kernel';
import { LagHistory } from '../lag/lag-history';
import type { PrimaryLink } from './primary-link';

export const LAG_WATCH_MS = 1000;

/** Remembers each second how far this secondary is behind. */
export class LagWatch implements Task {
  readonly name = 'lag';
  readonly every = LAG_WATCH_MS;
  readonly history = new LagHistory();

  /** @param appliedIndex WAL index of what is applied here. */
  constructor(
    private readonly clock: Clock,
    private readonly link: Pick<PrimaryLink, 'measured' | 'lagMutations'>,
    private readonly appliedIndex: () => number,
  ) {}

  run(): void {
    const index = this.appliedIndex();
    this.history.add(this.clock.now(), this.link.measured(index), this.link.lagMutations(index));
  }
}
