import type { MountView, RequestScope } from '../request/request';

/** An effect outside the store that is on record before it happens, so that it can be undone whatever happens then. */
export interface Intent {
  /** What it is, for the engine that undoes it: `create-user`. */
  readonly kind: string;
  /** What undoing it takes, as JSON: names. No secret: where nobody is left to undo it, the log names them. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * What an engine does outside the store: in a directory, a database, a cloud.
 *
 * Nothing of it happens while the request's unit of work is open, so that what is slow holds nobody up and is not overtaken for ever. A call whose answer is not
 * there yet ends the handler: it throws what the engine must let pass. The answer is got, and the handler runs again from its start, with
 * a fresh state of the store; there the same call returns the answer at once. Answers are kept for the request only.
 *
 * So whatever a handler does before a call happens again; what is random, a name or a password, is asked for, or it is another at each run.
 * Calls that are made at the same time (`Promise.all`) are answered at the same time. A request has 64 of them.
 *
 * An answer has 30 seconds, or what the request has left. What `ask` or `act` throws, and a call's time running out, is thrown to the handler.
 * Their `signal` is aborted when the time is over, whoever asked has gone, the mount is disabled, or the cluster seals: they are to end then.
 *
 * For requests, renewals, revocations, `undoIntent`, and work in the background: wherever there is a `scope`.
 *
 * @example
 * const user = await this.outside.ask(request, 'user', async () => ({ name: `v-${randomName()}`, password: randomPassword() }));
 * const intent = { kind: 'create-user', facts: { name: user.name } };
 * await this.outside.act(request, intent, (signal) => connection.createUser(user, signal));
 * return { data: user, lease: { ...lease, internal: { name: user.name } } };
 *
 * async undoIntent({ facts }: Intent, at: EngineContext): Promise<void> {
 *   await this.outside.ask(at, 'drop', (signal) => connection.dropUserIfThere(facts['name'], signal));
 * }
 */
export abstract class Outside {
  /**
   * For what changes nothing outside, or may be done again without harm.
   *
   * @param name tells the question from the request's others: with all that it depends on and that may be another at the next run. Errors
   *   and the log show it: no secret.
   * @throws {TidelockError} OUTSIDE_UNANSWERED when the time is over.
   */
  abstract ask<T>(
    at: { readonly scope: RequestScope },
    name: string,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;

  /**
   * For an effect. The intent is committed before it. The effect happens once in a request, for each kind and facts. The commit of the request
   * that returned its answer takes the intent off; after any other end of the request, a crash included, the engine's `undoIntent` is asked.
   *
   * @param act makes the effect. Once the signal is aborted nothing may come of it any more after 30 seconds.
   * @throws {TidelockError} as `ask`; INTERNAL for an engine without `undoIntent`.
   */
  abstract act<T>(
    at: { readonly scope: RequestScope; readonly mount: MountView },
    intent: Intent,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}
