import { type Clock, Tally } from '@tidelock/kernel';
import type { Applier } from '../apply/applier';
import type { RefusalReason } from '../domain/errors';

/** The apply rate is taken over this long. */
const WINDOW_MS = 10_000;
const MARK_EVERY_MS = 500;

/** What a secondary has met with since it began to follow its primary. */
export class FollowFigures {
  mutations = 0;
  readonly refused = new Map<RefusalReason, number>();
  /** Why the stream had to be left, and how often. */
  readonly found = new Map<string, number>();
  /** How often it was followed again afterwards. */
  healed = 0;
  readonly syncs = new Tally();
  private broken = false;
  private marks: { readonly at: number; readonly mutations: number }[] = [];

  constructor(
    applier: Applier,
    private readonly clock: Clock,
  ) {
    applier.on('applied', ({ mutations }) => this.applied(mutations));
    applier.on('refused', ({ reason }) => this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1));
  }

  /** The stream cannot be followed as it is. */
  left(reason: string): void {
    this.broken = true;
    this.found.set(reason, (this.found.get(reason) ?? 0) + 1);
  }

  /** The stream is followed, nothing missing. */
  following(): void {
    if (this.broken) this.healed += 1;
    this.broken = false;
  }

  /** Mutations applied in a second, over the last ten. */
  applyRate(): number {
    const now = this.clock.now();
    this.forgetBefore(now - WINDOW_MS);
    const [first] = this.marks;
    if (first === undefined) return 0;
    return ((this.mutations - first.mutations) * 1000) / Math.max(now - first.at, MARK_EVERY_MS);
  }

  private applied(mutations: number): void {
    const at = this.clock.now();
    const last = this.marks.at(-1);
    if (last === undefined || at - last.at >= MARK_EVERY_MS) {
      this.marks.push({ at, mutations: this.mutations });
      this.forgetBefore(at - WINDOW_MS);
    }
    this.mutations += mutations;
  }

  private forgetBefore(time: number): void {
    this.marks = this.marks.filter(({ at }) => at >= time);
  }
}
