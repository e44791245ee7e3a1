import type { RequestContext } from './request/context';
import type { Answer } from './envelope/answer';
import type { AnyStep } from './steps/step';

/** Who looks on at requests: metrics, traces, the log. What is not asked for costs nothing. */
export interface RequestObserver {
  /**
   * Around each step, the transaction and the steps of all its attempts included, and what is asked between them not.
   *
   * @param step by its function's `name`.
   * @param run does it. What comes of it is to be returned, or thrown, as it is.
   */
  step?<T>(step: AnyStep, context: RequestContext, run: () => Promise<T>): Promise<T>;
  /** Around a client's request, from the first step to the answer. It never throws. */
  request?(run: () => Promise<Answer>): Promise<Answer>;
  /** A client's request, or one that a secondary has sent on, has ended, whatever became of it. */
  ended?(context: RequestContext): void;
}
