import type { Barrier } from '@tidelock/barrier';
import { type Logger, reasonOf } from '@tidelock/kernel';
import { KEYRING, type Store } from '@tidelock/store';

export interface NewRootKeyParts {
  readonly store: Pick<Store, 'replicated'>;
  readonly barrier: Pick<Barrier, 'sealed' | 'opens' | 'expectRootKey' | 'reload'>;
  /** Asks the primary. @returns 32 bytes, or `undefined` where there is nobody to ask. */
  readonly ask: () => Promise<Buffer | undefined>;
  readonly logger: Logger;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * A secondary's way to the root key that a rekey made on the primary: it lies in no store, and is not sealed under the former one.
 * Until it is here the cluster goes on with the keys it has; an unseal with the new unseal keys brings it, too.
 */
export class NewRootKey {
  private asking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private wait = FIRST_WAIT_MS;

  constructor(private readonly parts: NewRootKeyParts) {}

  /** A keyring came that does not open. Asks until it does. */
  needed(): void {
    this.stopped = false;
    this.wait = FIRST_WAIT_MS;
    this.soon();
  }

  /** After an unseal: whether it is needed still. */
  async resume(): Promise<void> {
    const keyring = await this.parts.store.replicated.getSealed(KEYRING);
    if (keyring !== undefined && !this.parts.barrier.opens(keyring)) this.needed();
  }

  /** Before a seal. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.asking;
  }

  /** Asks once. @throws what asking throws, or CORRUPT_RECORD when the keyring does not open under the answer. */
  async look(): Promise<void> {
    const { store, barrier, ask, logger } = this.parts;
    const rootKey = await ask();
    if (rootKey === undefined || barrier.sealed) return;
    barrier.expectRootKey(rootKey);
    rootKey.fill(0);
    const keyring = await store.replicated.getSealed(KEYRING);
    if (keyring === undefined || barrier.opens(keyring)) return;
    barrier.reload(keyring);
    logger.info('the set\'s new root key is in use');
  }

  private soon(): void {
    this.asking ??= this.look().catch((error: unknown) => this.later(error)).finally(() => {
      this.asking = undefined;
    });
  }

  private later(error: unknown): void {
    if (this.stopped || this.parts.barrier.sealed) return;
    this.parts.logger.warn('the set has a new root key, which could not be had yet; trying again', { reason: reasonOf(error) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.soon(), this.wait);
    this.timer.unref();
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
  }
}
