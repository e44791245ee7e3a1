import type { RequestScope } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';
import type { Store, TransactOptions, UnitOfWork } from '@tidelock/store';
import type { Answer, Asker } from './calls';

/** A handler that asks for more than that asks for ever new things. */
const MOST_CALLS = 64;

/** One request's calls outside the store, over all its attempts. Most requests have none, and pay for none. */
class Request {
  private made: Asker | undefined;
  readonly answers = new Map<string, Answer>();
  readonly endings: (() => void)[] = [];

  constructor(private readonly askerOf: () => Asker) {}

  get asker(): Asker {
    return (this.made ??= this.askerOf());
  }
}

/** One run of a handler, in a unit of work of its own. */
export class Attempt {
  /** Made in this run and not answered yet, by name. */
  readonly owed = new Map<string, () => Promise<Answer>>();
  /** What is asked from here on is not what it would ask if it had its answers. */
  isOver = false;
  /** Intents that the unit's commit will stand for. */
  readonly fulfilled = new Set<string>();

  constructor(readonly request: Request) {}
}

/** Whose unit of work it is: kept with the unit. */
interface Owner {
  request: Request | undefined;
  readonly askerOf: () => Asker;
  attempt: Attempt | undefined;
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
 * await attempts.run(() => asker, async (join) => {
 *   const unit = join(store.begin());
 *   await handle(unit);
 *   attempts.requireAnswered(unit);
 *   await unit.commit();
 * });
 */
export class Attempts {
  constructor(private readonly store: Pick<Store, 'transact'>) {}

  /**
   * @param askerOf who asks: made once something is asked.
   * @param work one run. It says by `join` in which unit, and goes no further than `requireAnswered` lets it.
   * @throws what the work throws; INTERNAL where it asks for ever new things; what ends a call (`Calls.make`).
   */
  async run<T>(askerOf: () => Asker, work: (join: (unit: UnitOfWork) => UnitOfWork) => Promise<T>): Promise<T> {
    let request: Request | undefined;
    let joined: UnitOfWork | undefined;
    const leave = (): void => {
      request ??= ownerOf(joined)?.request;
      if (joined !== undefined) joined.owner = undefined;
    };
    const join = (unit: UnitOfWork): UnitOfWork => {
      leave();
      unit.owner = { request, askerOf, attempt: undefined } satisfies Owner;
      return (joined = unit);
    };
    try {
      for (;;) {
        try {
          return await work(join);
        } catch (error) {
          request ??= ownerOf(joined)?.request;
          await answerOwed(ownRunAgain(error, request));
        }
      }
    } finally {
      leave();
      for (const end of request?.endings ?? []) end();
    }
  }

  /**
   * As `Store.transact`, for work that may ask outside. Nothing of it commits once nobody waits for the outcome any more.
   *
   * @throws as that, and as `run`.
   */
  transact<T>(asker: Asker, work: (unit: UnitOfWork) => Promise<T>, options?: TransactOptions): Promise<T> {
    const gone = asker.gone?.();
    const attempt = (unit: UnitOfWork): Promise<T> => {
      unit.lastCheck = () => gone?.throwIfAborted();
      return work(unit).finally(() => this.requireAnswered(unit));
    };
    return this.run(
      () => asker,
      (join) => this.store.transact(async (unit) => attempt(join(unit)), options),
    );
  }

  /** To be called whatever became of the unit's work, and before its commit. @throws what has it run again, where it asked what is not answered. */
  requireAnswered(unit: UnitOfWork | undefined): void {
    const attempt = ownerOf(unit)?.attempt;
    if (attempt !== undefined && attempt.owed.size > 0) throw new RunAgain(attempt);
  }

  of(scope: RequestScope): Attempt {
    const owner = ownerOf(unitOf(scope));
    if (owner === undefined) throw new Error('outside the store one asks within a transaction only');
    return (owner.attempt ??= new Attempt((owner.request ??= new Request(owner.askerOf))));
  }
}

const ownerOf = (unit: UnitOfWork | undefined): Owner | undefined => unit?.owner as Owner | undefined;

/** The attempt that the request is to be run again behind. @throws any other error. */
function ownRunAgain(error: unknown, request: Request | undefined): Attempt {
  if (!(error instanceof RunAgain) || error.attempt.request !== request) throw error;
  return error.attempt;
}

/** The answer that is kept under the name. @throws the error that is kept; what has the work run again where there is neither. */
export function answered<T>(attempt: Attempt, name: string, ask: () => Promise<Answer<T>>): T {
  const answer = attempt.request.answers.get(name) as Answer<T> | undefined;
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
async function answerOwed({ request: { asker, answers }, owed }: Attempt): Promise<void> {
  if (answers.size + owed.size > MOST_CALLS) {
    const text = `${asker.place}: the engine asked for more than ${MOST_CALLS} things outside the store in one request; what it asks for has to be the same each time its handler runs`;
    throw new TidelockError('INTERNAL', text);
  }
  const asked = [...owed].map(async ([name, ask]) => void answers.set(name, await ask()));
  const failed = (await Promise.allSettled(asked)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}
