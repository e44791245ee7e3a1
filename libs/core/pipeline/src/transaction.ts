import type { UnitOfWork } from '@tidelock/store';
import type { RequestContext } from './context';
import { retryOnConflict } from './retry-on-conflict';
import type { Rooms } from './rooms';
import type { AnyStep, Question, Take, TransactionStep } from './step';

/** Where a transaction stands while others are asked. */
interface Suspension {
  /** Index of the step that asks. */
  readonly at: number;
  readonly unit: UnitOfWork;
  readonly question: Question;
}

/**
 * Steps that share one unit of work; all of them run again when another request's commit overtakes theirs.
 *
 * A question is asked with no unit of work open and no turn taken, so it may take its time. Then the step that asked runs again, with the unit
 * that was there: what was read in it is checked at the commit, as ever. Where the first step asks, it begins with a fresh unit: what it did
 * before it knew that it had to ask is undone.
 */
export function transaction(steps: readonly TransactionStep[]): AnyStep {
  return async function transaction(context, { store }, take): Promise<void> {
    const course = { steps, context, store, take };
    let suspension = await attempts(course);
    while (suspension !== undefined) {
      delete context.unit;
      await suspension.question();
      suspension = await attempts(course, suspension);
    }
  };
}

interface Course extends Pick<Rooms, 'store'> {
  readonly steps: readonly TransactionStep[];
  readonly context: RequestContext;
  readonly take: Take;
}

/** @returns where it has to ask; `undefined`: it is done. */
function attempts(course: Course, suspension?: Suspension): Promise<Suspension | undefined> {
  const { steps, context, take } = course;
  let resumed = suspension?.at ? suspension : undefined;
  return retryOnConflict(async (way) => {
    const { at: first, unit } = resumed ?? begin(course);
    // Overtaken, it begins anew.
    resumed = undefined;
    context.rightOfWay = way;
    context.unit = unit;
    for (let at = first; at < steps.length; at += 1) {
      const question = await take(steps[at] as TransactionStep, context);
      if (question) return { at, unit, question };
    }
    return undefined;
  });
}

function begin({ context, store }: Course): { readonly at: number; readonly unit: UnitOfWork } {
  delete context.response;
  delete context.lease;
  delete context.auth;
  delete context.wrapInfo;
  delete context.forwardedIndex;
  context.warnings = [];
  return { at: 0, unit: store.begin({ replicatedOnly: context.incoming.forwarded !== undefined }) };
}
