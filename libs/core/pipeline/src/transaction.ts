import { type Asker, INTENT_PREFIX } from '@tidelock/core/outside';
import type { UnitOfWork } from '@tidelock/store';
import type { RequestContext } from './request/context';
import { retryOnConflict } from './contention/retry-on-conflict';
import type { Rooms } from './steps/ports';
import type { AnyStep, Question, Take, TransactionStep } from './steps/step';

/** Where a transaction stands while others are asked. */
interface Suspension {
  /** Index of the step that asks. */
  readonly at: number;
  readonly unit: UnitOfWork;
  readonly question: Question;
}

/**
 * Steps that share one unit of work. All of them run again when another request's commit overtakes theirs, and once there are answers to what the
 * handler asked outside the store, which is asked between two runs.
 *
 * A step's question is asked with no unit of work open and no turn taken, so it may take its time. Then the step that asked runs again, with the unit
 * that was there: what was read in it is checked at the commit, as ever. Where the first step asks, it begins with a fresh unit: what it did
 * before it knew that it had to ask is undone.
 */
export function transaction(steps: readonly TransactionStep[]): AnyStep {
  return function transaction(context, { store, attempts }, take): Promise<void> {
    return attempts.run(
      () => askerOf(context),
      async (join) => {
        const course = { steps, context, store, attempts, take, join };
        let suspension = await run(course);
        while (suspension !== undefined) {
          delete context.unit;
          await suspension.question();
          suspension = await run(course, suspension);
        }
      },
    );
  };
}

interface Course extends Pick<Rooms, 'store' | 'attempts'> {
  readonly steps: readonly TransactionStep[];
  readonly context: RequestContext;
  readonly take: Take;
  readonly join: (unit: UnitOfWork) => UnitOfWork;
}

/** @returns where it has to ask; `undefined`: it is done. */
function run(course: Course, suspension?: Suspension): Promise<Suspension | undefined> {
  const { steps, context, take, attempts } = course;
  let resumed = suspension?.at ? suspension : undefined;
  return retryOnConflict(async (way) => {
    const { at: first, unit } = resumed ?? begin(course);
    // Overtaken, it begins anew.
    resumed = undefined;
    context.rightOfWay = way;
    context.unit = unit;
    for (let at = first; at < steps.length; at += 1) {
      let question: Question | void = undefined;
      try {
        question = await take(steps[at] as TransactionStep, context);
      } finally {
        // Also where the engine took it for an error of its own. What goes on elsewhere is not this unit's to ask for any more.
        if (!question) attempts.requireAnswered(unit);
      }
      if (question) return { at, unit, question };
    }
    return undefined;
  });
}

function begin({ context, store, join }: Course): { readonly at: number; readonly unit: UnitOfWork } {
  delete context.response;
  delete context.lease;
  delete context.auth;
  delete context.wrapInfo;
  delete context.forwardedIndex;
  context.warnings = [];
  const isForwarded = context.incoming.forwarded !== undefined;
  return { at: 0, unit: join(store.begin(isForwarded ? { replicatedOnly: true, mayDelete: INTENT_PREFIX } : {})) };
}

function askerOf({ incoming, resolved, timely }: RequestContext): Asker {
  return {
    place: resolved?.mount.path ?? '',
    ...(resolved && { mount: resolved.mount.uuid }),
    ...(incoming.gone && { gone: incoming.gone }),
    ...(timely && { left: timely.left }),
  };
}
