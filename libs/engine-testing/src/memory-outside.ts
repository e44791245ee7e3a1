import { type Intent, Outside, type RequestScope } from '@tidelock/engine-api';
import type { MemoryStorage } from './memory-storage';

type Answer = { readonly value: unknown } | { readonly error: unknown };

/** Ends a run of a handler, as in the service. */
class RunAgain extends Error {}

/**
 * Stands for `Outside` in an engine's specs, without a service. Each call is made as soon as it is met, and its answer kept for its scope. `run` goes
 * further, and runs a handler as the service does.
 *
 * @example
 * const outside = new MemoryOutside();
 * const engine = new DirectoryEngine(outside);
 * const request = engineRequest({ params: { name: 'ann' } });
 * await outside.run(storage, () => engine.makeUser(request, storage));
 */
export class MemoryOutside extends Outside {
  /** Names of what was asked, in order, each as often as that was done. */
  readonly asked: string[] = [];
  /** Effects that were made, likewise. */
  readonly acted: Intent[] = [];
  /** What the service would have the engine undo: effects of handlers that failed, and those whose answer was an error. */
  readonly left: Intent[] = [];
  private readonly answers = new WeakMap<RequestScope, Map<string, Answer>>();
  /** Calls of effects whose answers the run was given. */
  private readonly stands = new Set<string>();
  private owed: (() => Promise<void>)[] | undefined;
  /** Effects for which no commit would stand, by their calls. */
  private readonly pending = new Map<string, Intent>();

  override ask<T>(
    { scope }: { readonly scope: RequestScope },
    name: string,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.once(scope, `ask ${name}`, () => {
      this.asked.push(name);
      return ask(new AbortController().signal);
    });
  }

  override async act<T>(
    { scope }: { readonly scope: RequestScope },
    intent: Intent,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const name = `act ${intent.kind} ${JSON.stringify(intent.facts)}`;
    const value = await this.once(scope, name, () => {
      this.acted.push(intent);
      this.pending.set(name, intent);
      return act(new AbortController().signal);
    });
    this.stands.add(name);
    return value;
  }

  /**
   * Runs a handler as the service does: a call whose answer is not there ends it, and it runs again from its start, with the storage as it was.
   *
   * @param handler calls the engine, with one request in all runs.
   * @throws what it throws. The storage is as it was, and its effects are `left`.
   */
  async run<T>(storage: MemoryStorage, handler: () => Promise<T>): Promise<T> {
    const before = new Map(storage.entries);
    this.pending.clear();
    for (;;) {
      const owed: (() => Promise<void>)[] = (this.owed = []);
      this.stands.clear();
      const outcome = await handler().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      this.owed = undefined;
      const isOver = owed.length === 0;
      if (isOver) this.leave('value' in outcome ? this.stands : new Set());
      if (isOver && 'value' in outcome) return outcome.value;
      storage.entries.clear();
      for (const [key, value] of before) storage.entries.set(key, value);
      if (isOver && 'error' in outcome) throw outcome.error;
      await Promise.all(owed.map((answer) => answer()));
    }
  }

  private leave(stands: ReadonlySet<string>): void {
    for (const [name, intent] of this.pending) if (!stands.has(name)) this.left.push(intent);
  }

  private async once<T>(scope: RequestScope, name: string, call: () => Promise<T>): Promise<T> {
    const kept = this.answers.get(scope) ?? new Map<string, Answer>();
    this.answers.set(scope, kept);
    const make = async (): Promise<void> => {
      kept.set(
        name,
        await call().then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        ),
      );
    };
    if (!kept.has(name) && this.owed) {
      this.owed.push(make);
      throw new RunAgain(`${name} is not answered yet: the handler runs again`);
    }
    if (!kept.has(name)) await make();
    const answer = kept.get(name) as Answer;
    if ('error' in answer) throw answer.error;
    return answer.value as T;
  }
}
