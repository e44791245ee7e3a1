import type { RequestScope } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';
import type { Store, TransactOptions, UnitOfWork } from '@tidelock/store';
import type { Answer, Asker } from './calls';

/** A handler that asks for more than that asks for ever new things. */
const MOST_CALLS = 64;

/** One request's calls outside the store, over all its attempts. */
interface Request {
  readonly asker: Asker;
  readonly answers: Map<string, Answer>;
  readonly endings: (() => void)[];
}

/** One run of a handler, in a unit of work of its own. */
export interface Attempt extends Request {
  /** Made in this run and not answered yet, by name. */
  readonly owed: Map<string, () => Promise<Answer>>;
  /** What is asked from here on is not what it would ask if it had its answers. */
  isOver: boolean;
  /** Intents that the unit's commit will stand for. */
  readonly fulfilled: Set<string>;
}

/** Thrown to a handler that has to run again, behind the answers to what it asked. No engine is to catch it; one that does runs again all the same. */
class RunAgain extends Error {
  constructor(readonly attempt: Attempt) {
    super('the handler runs again once this is answered: not to be caught');
  }
}

/**
 * Runs what asks outside the store, until it asks nothing that was not answered. Nothing is asked while a unit of work is open.
 *
 * @example
 * await attempts.run(asker, async (join) => {
 *   const unit = join(store.begin());
 *   await handle(unit);
 *   attempts.requireAnswered(unit);
 *   await unit.commit();
 * });
 */
export class Attempts {
  private readonly ofUnits = new WeakMap<UnitOfWork, Attempt>();

  constructor(private readonly store: Pick<Store, 'transact'>) {}

  /**
   * @param work one run. It says by `join` in which unit, and goes no further than `requireAnswered` lets it.
   * @throws what the work throws; INTERNAL where it asks for ever new things; what ends a call (`Calls.make`).
   */
  async run<T>(asker: Asker, work: (join: (unit: UnitOfWork) => UnitOfWork) => Promise<T>): Promise<T> {
    const request: Request = { asker, answers: new Map(), endings: [] };
    let joined: UnitOfWork | undefined;
    const leave = (): void => void (joined && this.ofUnits.delete(joined));
    const join = (unit: UnitOfWork): UnitOfWork => {
      leave();
      this.ofUnits.set((joined = unit), { ...request, owed: new Map(), isOver: false, fulfilled: new Set() });
      return unit;
    };
    try {
      for (;;) {
        const outcome = await work(join).then(
          (value) => ({ value }),
          (error: unknown) => ownRunAgain(error, request),
        );
        if ('value' in outcome) return outcome.value;
        await answerOwed(outcome);
      }
    } finally {
      leave();
      for (const end of request.endings) end();
    }
  }

  /** As `Store.transact`, for work that may ask outside. @throws as that, and as `run`. */
  transact<T>(asker: Asker, work: (unit: UnitOfWork) => Promise<T>, options?: TransactOptions): Promise<T> {
    return this.run(asker, (join) =>
      this.store.transact((unit) => work(join(unit)).finally(() => this.requireAnswered(unit)), options),
    );
  }

  /** To be called whatever became of the unit's work, and before its commit. @throws what has it run again, where it asked what is not answered. */
  requireAnswered(unit: UnitOfWork | undefined): void {
    const attempt = unit && this.ofUnits.get(unit);
    if (attempt !== undefined && attempt.owed.size > 0) throw new RunAgain(attempt);
  }

  of(scope: RequestScope): Attempt {
    const attempt = this.ofUnits.get(unitOf(scope));
    if (attempt === undefined) throw new Error('outside the store one asks within a transaction only');
    return attempt;
  }
}

/** The attempt that the request is to be run again behind. @throws any other error. */
function ownRunAgain(error: unknown, { answers }: Request): Attempt {
  if (!(error instanceof RunAgain) || error.attempt.answers !== answers) throw error;
  return error.attempt;
}

/** The answer that is kept under the name. @throws the error that is kept; what has the work run again where there is neither. */
export function answered<T>(attempt: Attempt, name: string, ask: () => Promise<Answer<T>>): T {
  const answer = attempt.answers.get(name) as Answer<T> | undefined;
  if (answer === undefined) {
    // An engine that takes what is thrown for a failure would go on with something else.
    if (attempt.owed.size === 0) queueMicrotask(() => (attempt.isOver = true));
    if (!attempt.isOver) attempt.owed.set(name, ask);
    throw new RunAgain(attempt);
  }
  if ('error' in answer) throw answer.error;
  return answer.value;
}

/** @throws why nobody wants the answers any more, once nothing is under way. */
async function answerOwed({ asker, answers, owed }: Attempt): Promise<void> {
  if (answers.size + owed.size > MOST_CALLS) {
    const text = `${asker.place}: the engine asked for more than ${MOST_CALLS} things outside the store in one request; what it asks for has to be the same each time its handler runs`;
    throw new TidelockError('INTERNAL', text);
  }
  const asked = [...owed].map(async ([name, ask]) => void answers.set(name, await ask()));
  const failed = (await Promise.allSettled(asked)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}
