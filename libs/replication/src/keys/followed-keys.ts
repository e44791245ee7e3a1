import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { mergeStreamKeys, StreamKeyring } from '../domain/stream-key';
import { type Credentials, readCredentials, writeCredentials } from '../roles/role-store';
import { transact } from '../roles/transact';
import { decryptWith } from './recipient-key';
import type { StreamKeys, StreamKeysAnswer } from './stream-keys-answer';

export interface FollowedKeysParts {
  readonly store: Pick<Store, 'begin' | 'local'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A call on the primary's cluster port. */
  readonly call: <T>(name: string, body: unknown) => Promise<T>;
}

/** Messages under keys that nobody has come in floods: the primary is asked no more often than this. */
const ASK_EVERY_MS = 1000;

/** The keys of the stream that a secondary follows: in its store and, once they are there, in its ring. */
export class FollowedKeys {
  readonly ring: StreamKeyring;
  private answeredAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: FollowedKeysParts,
    { streamKeys }: Credentials,
  ) {
    this.ring = new StreamKeyring(streamKeys);
  }

  /**
   * Fetches the keys from the primary: whoever was away when a key was rotated learns it so.
   *
   * @throws {PrimaryUnreachable} when the primary does not answer.
   */
  async refresh(): Promise<void> {
    const { store, clock, call } = this.parts;
    const { rotationPrivateKey } = await readCredentials(store.local);
    if (rotationPrivateKey === undefined) throw new Error('this secondary has no key that stream keys could be sent to');
    const { jwe } = await call<StreamKeysAnswer>('stream-keys', {});
    const { keys } = await decryptWith<StreamKeys>(rotationPrivateKey, jwe);
    await this.keep(keys);
    this.answeredAt = clock.now();
  }

  /** For a message under a key that is not in the ring. Resolves when it makes sense to look again. */
  async refreshForUnknown(): Promise<void> {
    const age = this.parts.clock.now() - this.answeredAt;
    if (age < 0 || age >= ASK_EVERY_MS) await this.refresh();
  }

  private async keep(keys: readonly string[]): Promise<void> {
    const { store, logger } = this.parts;
    const known = await transact(store, async ({ local }) => {
      const credentials = await readCredentials(local);
      const streamKeys = mergeStreamKeys(credentials.streamKeys, keys);
      if (streamKeys.length > credentials.streamKeys.length) writeCredentials(local, { ...credentials, streamKeys });
      return streamKeys;
    });
    for (const text of known) if (this.ring.add(text)) logger.info('took a new key of the stream into use');
  }
}
