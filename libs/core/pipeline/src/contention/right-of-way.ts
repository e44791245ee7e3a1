import { type UnitOfWork, WriteConflict } from '@tidelock/store';

/** What one request alone may change until it has ended, because others overtook it there time and again. */
const reserved = new Map<string, RightOfWay>();

/** One request among those that change the same things. */
export class RightOfWay {
  private readonly things = new Set<string>();
  private end: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  /** From now on others change the thing when this request has ended. Whoever holds one thing waits for nobody, so nobody waits for ever. */
  reserve(thing: string): void {
    if (reserved.has(thing)) return;
    reserved.set(thing, this);
    this.things.add(thing);
  }

  /** Waits until the thing is nobody else's. */
  async wait(thing: string): Promise<void> {
    while (this.things.size === 0 && reserved.has(thing)) await reserved.get(thing)?.ended;
  }

  /** @throws {WriteConflict} when the unit changes what is another request's to change. */
  require(unit: Pick<UnitOfWork, 'changes'>): void {
    if (this.things.size > 0) return;
    for (const thing of reserved.keys()) if (unit.changes(thing)) throw new WriteConflict(thing);
  }

  /** The request has ended, whatever became of it. */
  release(): void {
    for (const thing of this.things) reserved.delete(thing);
    this.things.clear();
    this.end();
  }
}
