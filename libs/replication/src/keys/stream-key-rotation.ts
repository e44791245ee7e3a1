import type { Clock, Logger } from '@tidelock/kernel';
import type { Outbox, Store, UnitOfWork } from '@tidelock/store';
import {
  encodeKeyRotated,
  FULL_STREAM,
  keyIdOf,
  type KeyRotated,
  newStreamKey,
  secretOf,
  startOf,
  streamKeyAt,
} from '@tidelock/stream';
import { encryptTo } from './recipient-key';
import {
  allKeys,
  type Credentials,
  keysOf,
  readCredentials,
  withKeys,
  writeCredentials,
} from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';

export interface RotationParts {
  readonly store: Pick<Store, 'transact'> & Pick<Outbox, 'journal'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secondaries: Pick<SecondaryRegistry, 'recipients'>;
  /** How long the broker keeps messages, ms. */
  readonly retentionMs: number;
  /** Index of the last message of a stream that the broker has acknowledged. */
  readonly publishedIndex: (stream: string) => number;
  /** Which stream a secondary follows, as the caller's transaction sees it; `undefined` = it is given none. */
  readonly streamOf: (unit: Pick<UnitOfWork, 'local' | 'replicated'>, id: string) => Promise<string | undefined>;
}

export type KeyChange = (unit: UnitOfWork) => Promise<string | undefined>;

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
   * @param change what belongs to the same transaction, as a mutation right before the announcement: with it, or not at all. @returns the stream that needs a new key;
   *   `undefined` = none does.
   * @returns `undefined` when no new key was needed.
   */
  async rotate(change: KeyChange = async () => FULL_STREAM): Promise<RotatedKey | undefined> {
    const rotated = await this.parts.store.transact((unit) => this.tryOnce(unit, change), { commit: false });
    if (rotated !== undefined) this.parts.logger.info('the stream has a new key', { ...rotated });
    return rotated;
  }

  private async tryOnce(unit: UnitOfWork, change: KeyChange): Promise<RotatedKey | undefined> {
    const { store, clock, retentionMs, publishedIndex } = this.parts;
    const stream = await change(unit);
    if (stream === undefined) {
      await unit.commit();
      return undefined;
    }
    const key = newStreamKey();
    const announcement = await this.announcement(unit, stream, key);
    const { keyId } = announcement;
    const credentials = retained(await readCredentials(unit.local), stream, {
      publishedIndex: publishedIndex(stream),
      goneBefore: clock.now() - retentionMs,
    });
    const { replicatedIndex } = await store.journal.append(
      'key-rotated',
      () => encodeKeyRotated(announcement),
      (local, index) =>
        writeCredentials(local, {
          ...withKeys(credentials, stream, [...keysOf(credentials, stream), streamKeyAt(key, index)]),
          streamKeysSince: { ...credentials.streamKeysSince, [keyId]: clock.now() },
        }),
      unit,
    );
    return { stream, keyId, index: replicatedIndex };
  }

  private async announcement(unit: UnitOfWork, stream: string, key: string): Promise<KeyRotated> {
    const { secondaries, streamOf } = this.parts;
    const followers: Awaited<ReturnType<typeof secondaries.recipients>> = [];
    for (const secondary of await secondaries.recipients(unit))
      if ((await streamOf(unit, secondary.id)) === stream) followers.push(secondary);
    const recipients = await Promise.all(
      followers.map(async ({ id, publicKey }) => ({ id, jwe: await encryptTo(publicKey, secretOf(key)) })),
    );
    return { stream, keyId: keyIdOf(key), recipients };
  }
}

/**
 * A primary's credentials without the keys that nobody needs any more: a key goes when its successor has been in use for so
 * long that the broker has dropped everything under the old one, and nothing under the old one waits to be published.
 */
function retained(
  credentials: Credentials,
  stream: string,
  at: { readonly publishedIndex: number; readonly goneBefore: number },
): Credentials {
  const { streamKeysSince: since = {} } = credentials;
  const keys = keysOf(credentials, stream);
  const kept = withKeys(
    credentials,
    stream,
    keys.filter((_, i) => {
      const next = keys[i + 1];
      return (
        next === undefined || startOf(next) > at.publishedIndex || (since[keyIdOf(next)] ?? Infinity) >= at.goneBefore
      );
    }),
  );
  const streamKeysSince = Object.fromEntries(
    allKeys(kept).flatMap((text) => (keyIdOf(text) in since ? [[keyIdOf(text), since[keyIdOf(text)] as number]] : [])),
  );
  return { ...kept, streamKeysSince };
}
