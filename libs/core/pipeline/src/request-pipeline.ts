import { isTidelockError, type Logger, reasonOf, type Timeliness } from '@tidelock/kernel';
import { contextOf, type ForwardedAnswer, type IncomingRequest, type RequestContext } from './request/context';
import { type Answer, answerOf, errorAnswer } from './envelope/answer';
import { withoutHidden } from './request/hidden-mounts';
import type { RequestObserver } from './observer';
import { FORWARDED_STEPS, LAST_STEP, REQUEST_STEPS } from './request-steps';
import type { Rooms } from './steps/ports';
import type { AnyStep, Take } from './steps/step';

/** What a forwarded request comes back with: the secondary makes lease, token and envelope itself. */
export interface ForwardedOutcome extends ForwardedAnswer {
  readonly warnings: readonly string[];
}

/** Takes every request through the same steps, whichever way it came in. */
export class RequestPipeline {
  constructor(
    private readonly rooms: Rooms,
    private readonly logger: Logger,
    private readonly observer: RequestObserver = {},
  ) {}

  /** Never throws: whatever goes wrong is an answer. */
  run(incoming: IncomingRequest): Promise<Answer> {
    const answer = (): Promise<Answer> => this.answer(incoming);
    return this.observer.request?.(answer) ?? answer();
  }

  private async answer(incoming: IncomingRequest): Promise<Answer> {
    const context = contextOf(incoming, this.rooms.clock.now());
    try {
      await this.takeAll(context, REQUEST_STEPS);
      return this.withState(context, answerOf(context));
    } catch (error) {
      await this.giveBack(context);
      this.report(incoming, error);
      return errorAnswer(error);
    } finally {
      await this.spend(context);
    }
  }

  /**
   * @param timely how long the secondary waits: nothing commits, and nothing is asked outside, behind that.
   * @throws {TidelockError} for the secondary to hand on.
   */
  async runForwarded(incoming: IncomingRequest, timely?: Timeliness): Promise<ForwardedOutcome> {
    const context = contextOf(incoming, this.rooms.clock.now());
    if (timely) context.timely = timely;
    try {
      await this.takeAll(context, FORWARDED_STEPS);
    } catch (error) {
      this.report(incoming, error);
      throw withoutHidden(error, incoming.forwarded?.hidden ?? []);
    }
    return { response: context.response, warnings: context.warnings, index: context.receipt?.replicatedIndex ?? 0 };
  }

  private async takeAll(context: RequestContext, steps: readonly AnyStep[]): Promise<void> {
    try {
      for (const step of steps) await this.take(step, context);
    } catch (error) {
      context.failure = error;
      throw error;
    } finally {
      await this.end(context);
    }
  }

  private async end(context: RequestContext): Promise<void> {
    try {
      await this.take(LAST_STEP, context);
    } finally {
      this.observer.ended?.(context);
    }
  }

  private readonly take: Take = (step, context) => {
    const { rooms, observer } = this;
    if (observer.step === undefined) return step(context, rooms, this.take);
    return observer.step(step, context, async () => step(context, rooms, this.take));
  };

  /** Requests that changed something say which state they led to. */
  private withState(context: RequestContext, answer: Answer): Answer {
    if (context.receipt === undefined) return answer;
    const { localIndex, replicatedIndex } = context.receipt;
    const state = this.rooms.replica.stateHeader(localIndex, replicatedIndex);
    return { ...answer, headers: { ...answer.headers, 'X-Vault-Index': state } };
  }

  /** The primary has made a secret for a request that has then failed here: no lease would ever end it. */
  private async giveBack({ primaryAnswer, receipt, resolved, incoming, now }: RequestContext): Promise<void> {
    const grant = primaryAnswer?.response?.lease;
    if (primaryAnswer === undefined || grant === undefined || receipt !== undefined || resolved === undefined) return;
    const at = { path: incoming.path, mount: resolved.mount, now };
    await this.rooms.leases.giveBack(at, grant, primaryAnswer.index).catch((error: unknown) => {
      this.logger.error('a secret that the primary made for a request that failed has no lease', {
        path: incoming.path,
        reason: reasonOf(error),
      });
    });
  }

  private async spend(context: RequestContext): Promise<void> {
    const { caller, now, tookLastUse } = context;
    if (caller === undefined || !tookLastUse) return;
    await this.rooms.tokens.revokeSpent(caller, now).catch((error: unknown) => {
      this.logger.error('a token that had its last use could not be revoked', { reason: reasonOf(error) });
    });
  }

  private report({ id, path, operation }: IncomingRequest, error: unknown): void {
    if (isTidelockError(error) && error.status < 500) return;
    const quiet = isTidelockError(error) && error.status === 503;
    this.logger[quiet ? 'debug' : 'error']('request failed', { id, operation, path, reason: reasonOf(error) });
  }
}
