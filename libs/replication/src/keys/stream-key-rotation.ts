import { type Clock, type Logger } from '@tidelock/kernel';
import type { LocalStore, Store } from '@tidelock/store';
import { encodeKeyRotated, type KeyRotated } from '../domain/key-rotated';
import { keyIdOf, newStreamKey, secretOf, streamKeyAt } from '../domain/stream-key';
import { FULL_STREAM } from '../domain/stream-name';
import { readCredentials, writeCredentials } from '../roles/role-store';
import type { SecondaryRegistry } from '../roles/secondary-registry';
import { untilNotOvertaken } from '../roles/transact';
import { encryptTo } from './recipient-key';
import { retained } from './retained-keys';

export interface RotationParts {
  readonly store: Pick<Store, 'begin' | 'journal'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secondaries: Pick<SecondaryRegistry, 'recipients'>;
  /** How long the broker keeps messages, ms. */
  readonly retentionMs: number;
  /** Index of the last message that the broker has acknowledged. */
  readonly publishedIndex: () => number;
}

export interface RotatedKey {
  readonly stream: string;
  readonly keyId: string;
  /** Everything after it is sealed with the new key. */
  readonly index: number;
}

/**
 * Gives the stream a new key (P10). The announcement is a journal row, itself under the old key, that holds the new one for
 * each active secondary; it commits together with the primary's own copy, so there is no moment at which one is there without
 * the other, and everything committed later is sealed with the new key.
 */
export class StreamKeyRotation {
  constructor(private readonly parts: RotationParts) {}

  /**
   * @param change what belongs to the same transaction: with it, or not at all. `false` = it needs no new key.
   * @returns `undefined` when no new key was needed.
   */
  async rotate(change: (local: LocalStore) => Promise<boolean> = async () => true): Promise<RotatedKey | undefined> {
    const rotated = await untilNotOvertaken(() => this.tryOnce(change));
    if (rotated !== undefined) this.parts.logger.info('the stream has a new key', { ...rotated });
    return rotated;
  }

  private async tryOnce(change: (local: LocalStore) => Promise<boolean>): Promise<RotatedKey | undefined> {
    const { store, clock, retentionMs, publishedIndex } = this.parts;
    const unit = store.begin();
    if (!(await change(unit.local))) {
      await unit.commit();
      return undefined;
    }
    const key = newStreamKey();
    const announcement = await this.announcement(unit.local, key);
    const credentials = retained(await readCredentials(unit.local), { publishedIndex: publishedIndex(), goneBefore: clock.now() - retentionMs });
    const { keyId, stream } = announcement;
    const { replicatedIndex } = await store.journal.append('key-rotated', () => encodeKeyRotated(announcement), (local, index) => writeCredentials(local, {
      ...credentials,
      streamKeys: [...credentials.streamKeys, streamKeyAt(key, index)],
      streamKeysSince: { ...credentials.streamKeysSince, [keyId]: clock.now() },
    }), unit);
    return { stream, keyId, index: replicatedIndex };
  }

  private async announcement(local: LocalStore, key: string): Promise<KeyRotated> {
    const secondaries = await this.parts.secondaries.recipients(local);
    const recipients = await Promise.all(secondaries.map(async ({ id, publicKey }) => ({ id, jwe: await encryptTo(publicKey, secretOf(key)) })));
    return { stream: FULL_STREAM, keyId: keyIdOf(key), recipients };
  }
}
