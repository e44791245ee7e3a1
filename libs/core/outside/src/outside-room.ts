import { type Intent, type MountView, Outside, type RequestScope } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { stringifyJson } from '@tidelock/kernel';
import type { UnitLimits, UnitOfWork } from '@tidelock/store';
import { answered, type Attempts } from './attempts';
import { type Asker, Calls } from './calls';
import { Intents, type IntentsNeeds } from './intents';

export type OutsideNeeds = Omit<IntentsNeeds, 'calls'>;

/** Who does not ask by `Outside` does it outside again each time. */
const OVERTAKEN = { attempts: 8 };

/** @see Outside */
export class OutsideRoom extends Outside {
  readonly attempts: Attempts;
  readonly intents: Intents;
  private readonly calls: Calls;

  constructor(needs: OutsideNeeds) {
    super();
    this.attempts = needs.attempts;
    this.calls = new Calls(needs.timers);
    this.intents = new Intents({ ...needs, calls: this.calls });
  }

  override async ask<T>(
    { scope }: { readonly scope: RequestScope },
    name: string,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const attempt = this.attempts.of(scope);
    return answered(attempt, `ask ${name}`, () => this.calls.make(attempt.request.asker, name, ask));
  }

  override async act<T>(
    { scope, mount }: { readonly scope: RequestScope; readonly mount: MountView },
    intent: Intent,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const attempt = this.attempts.of(scope);
    const { value, id } = answered(attempt, `act ${intent.kind} ${stringifyJson(intent.facts)}`, async () => {
      const id = await this.intents.note(mount, intent);
      attempt.request.endings.push(() => this.intents.release(id));
      return this.calls.make(attempt.request.asker, intent.kind, async (signal) => ({
        value: await this.intents.make(id, () => act(signal)),
        id,
      }));
    });
    if (!attempt.fulfilled.has(id)) {
      attempt.fulfilled.add(id);
      await this.intents.fulfil(unitOf(scope), id);
    }
    return value;
  }

  /**
   * Commits the work in a unit of its own, within the time of one call or not at all; again from the start when another commit was faster. It may
   * ask outside.
   *
   * @param name for errors.
   * @param limits of the unit.
   * @throws what the work throws; OUTSIDE_UNANSWERED when the time is over.
   */
  async transact<T>(
    asker: Asker,
    name: string,
    work: (unit: UnitOfWork) => Promise<T>,
    limits: UnitLimits = {},
  ): Promise<T> {
    const options = { ...OVERTAKEN, limits };
    const answer = await this.calls.make(asker, name, (signal) =>
      this.attempts.transact({ ...asker, gone: () => signal }, work, options),
    );
    if ('error' in answer) throw answer.error;
    return answer.value;
  }
}
