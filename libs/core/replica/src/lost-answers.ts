import type { GrantOrigin, LeaseGrant } from '@tidelock/engine-api';
import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import { type Clock, isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import { OUTCOMES_KEPT_MS, type ReplicationNode } from '@tidelock/replication';
import { outcomeOf } from './forwarding';

/** A request of which nobody here knows what the primary has made of it. */
interface LostAnswer {
  readonly id: string;
  readonly at: GrantOrigin;
}

interface LostAnswersNeeds {
  readonly node: Pick<ReplicationNode, 'callPrimary' | 'isSecondary'>;
  readonly leases: { giveBack(at: GrantOrigin, grant: LeaseGrant, index: number): Promise<void> };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** As many as a primary keeps of one secondary. */
const MOST = 1000;
const PAUSE_MS = 2000;
const PATIENCE_MS = 10_000;

/**
 * Forwarded requests whose answers were lost on their way, and were not there in time when they were asked for again. A client that was told
 * so gets no secret: what the primary has made for it is given back, as long as the primary still knows.
 */
export class LostAnswers implements Part {
  readonly name = 'lost-answers';
  private readonly task: Task = { name: 'give-back', run: (signal) => unlessEnded(signal, this.giveBackAll()) };
  readonly tasks = [this.task];
  private readonly lost = new Map<string, LostAnswer>();
  private life: Life | undefined;

  constructor(private readonly needs: LostAnswersNeeds) {}

  start(life: Life): void {
    this.life = life;
  }

  stop(): void {
    this.lost.clear();
  }

  note(answer: LostAnswer): void {
    if (this.lost.size >= MOST) return;
    this.lost.set(answer.id, answer);
    this.life?.wake(this.task);
  }

  /** @returns milliseconds until those that are left are asked for again. */
  private async giveBackAll(): Promise<number> {
    const { clock, logger, node } = this.needs;
    const over: LostAnswer[] = [];
    let canBeAsked = node.isSecondary;
    for (const answer of [...this.lost.values()]) {
      canBeAsked = canBeAsked && (await this.isSettled(answer));
      if (canBeAsked) this.lost.delete(answer.id);
      else if (clock.now() - answer.at.now > OUTCOMES_KEPT_MS) over.push(answer);
    }
    for (const { id } of over) this.lost.delete(id);
    if (over[0])
      logger.warn('the primary never told what became of forwarded requests; a secret that it made has no lease', {
        requests: over.length,
        first: over[0].at.path,
      });
    return this.lost.size > 0 ? PAUSE_MS : Infinity;
  }

  /** @returns `false` where the primary cannot be asked now. @throws what giving back throws. */
  private async isSettled({ id, at }: LostAnswer): Promise<boolean> {
    const { node, leases, logger } = this.needs;
    let reply: Awaited<ReturnType<typeof outcomeOf>>['reply'];
    try {
      ({ reply } = await outcomeOf(node, { id, path: at.path }, PATIENCE_MS));
    } catch (error) {
      // What the request failed with is part of the answer: this is the call's, and is no reason to hold the others up where it is a refusal.
      if (!isTidelockError(error) || error.status >= 500) return false;
      // A primary of an earlier build never tells.
      if (error.code !== 'UNSUPPORTED_PATH')
        logger.warn(
          'the primary refuses to tell what became of a forwarded request; a secret that it made has no lease',
          { path: at.path, reason: reasonOf(error) },
        );
    }
    const lease = reply?.response?.lease;
    if (reply && lease) await leases.giveBack(at, lease, reply.index);
    return true;
  }
}
