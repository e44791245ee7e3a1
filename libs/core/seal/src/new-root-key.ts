import type { Barrier } from '@tidelock/barrier';
import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import type { Logger } from '@tidelock/kernel';
import { KEYRING, type Store } from '@tidelock/store';

export interface NewRootKeyParts {
  readonly store: Pick<Store, 'replicated'>;
  readonly barrier: Pick<Barrier, 'sealed' | 'opens' | 'expectRootKey' | 'reload'>;
  /** Asks the primary. @returns 32 bytes, or `undefined` where there is nobody to ask. */
  readonly ask: () => Promise<Buffer | undefined>;
  /** Puts the root key in use behind this cluster's own seal, where it is not there yet. */
  readonly keep: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * A secondary's way to the root key that a rekey made on the primary: it lies in no store, and is not sealed under the former one.
 * Until it is here the cluster goes on with the keys it has; an unseal with the new unseal keys brings it, too.
 */
export class NewRootKey implements Part {
  readonly name = 'root-key';
  private readonly ask: Task = {
    name: 'ask',
    retry: { first: 500, longest: 30_000 },
    run: (signal) => this.fetch(signal),
  };
  readonly tasks = [this.ask];
  private life: Life | undefined;
  private looking: Promise<void> | undefined;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly parts: NewRootKeyParts) {}

  /** The root key, and the keyring under it, are in use: what could not be read before can be. */
  onTaken(listener: () => void): void {
    this.listeners.push(listener);
  }

  start(life: Life): void {
    this.life = life;
  }

  /** A keyring came, or there is somebody to ask now. Asks until it opens. */
  needed(): void {
    this.life?.wake(this.ask);
  }

  /**
   * Asks once where the keyring does not open, or waits for the answer that is on its way.
   *
   * @throws what asking throws, or CORRUPT_RECORD when it does not open under the answer.
   */
  fetch(signal: AbortSignal): Promise<void> {
    return (this.looking ??= this.look(signal).finally(() => (this.looking = undefined)));
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { barrier, ask, logger, keep } = this.parts;
    if ((await this.unopened()) === undefined) return barrier.sealed ? undefined : keep();
    const rootKey = await unlessEnded(signal, ask());
    if (rootKey === undefined || barrier.sealed) return;
    barrier.expectRootKey(rootKey);
    rootKey.fill(0);
    const keyring = await this.unopened();
    if (keyring === undefined) return;
    barrier.reload(keyring);
    logger.info("the set's new root key is in use");
    for (const listener of this.listeners) listener();
    await keep();
  }

  private async unopened(): Promise<Buffer | undefined> {
    const { store, barrier } = this.parts;
    const keyring = await store.replicated.getSealed(KEYRING);
    return keyring === undefined || barrier.sealed || barrier.opens(keyring) ? undefined : keyring;
  }
}
