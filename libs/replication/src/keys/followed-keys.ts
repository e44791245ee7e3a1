import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import type { LocalStore, Store, StreamSink } from '@tidelock/store';
import {
  decodeKeyRotated,
  FULL_STREAM,
  keyIdOf,
  keysAfter,
  mergeStreamKeys,
  type Reigns,
  startOf,
  streamKeyAt,
  StreamKeyring,
} from '@tidelock/stream';
import { decryptWith } from './recipient-key';
import type { StreamKeys, StreamKeysAnswer } from './stream-keys-answer';
import { memberWithKey } from '../set-members/member-records';
import { mayReign } from '../set-members/member';
import { type Credentials, readCredentials, type ReignKeys, writeCredentials } from '../membership/role-store';

export interface FollowedKeysParts {
  readonly store: Pick<Store, 'transact' | 'local' | 'replicated'> & Pick<StreamSink, 'streamPosition'>;
  readonly secondaryId: string;
  /** The primary gives keys of another stream than the one that is followed. */
  readonly onOtherStream: (name: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The primary, which could not be asked for the key of some message, has answered: what was passed over can be read. */
  readonly onLateAnswer: () => void;
  /** A call on the primary's cluster port. */
  readonly call: <T>(name: string, body: unknown) => Promise<T>;
}

/** Messages under keys that nobody has come in floods: the primary is asked no more often than this. */
const ASK_EVERY_MS = 1000;

/**
 * The keys of the stream that a secondary follows: in its store first, then in its ring. A key that seals nothing behind the
 * position is dropped from both.
 */
export class FollowedKeys {
  readonly ring: StreamKeyring;
  readonly reigns: FollowedReigns;
  private readonly stream: string;
  private answeredAt = Number.NEGATIVE_INFINITY;
  /** The primary did not answer when it was asked for the key of some message. */
  private owed = false;
  /** One change after the other: the ring is to be what the store has in the end. */
  private changing: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: FollowedKeysParts,
    credentials: Credentials,
  ) {
    const { streamKeys, stream = FULL_STREAM } = credentials;
    this.reigns = new FollowedReigns(parts.store, credentials);
    this.stream = stream;
    this.ring = new StreamKeyring(streamKeys);
  }

  /**
   * Fetches the keys from the primary: whoever was away when a key was rotated learns it so.
   *
   * @throws {PrimaryUnreachable} when the primary does not answer.
   */
  async refresh(): Promise<void> {
    const { name, keys, reign } = await this.fetch();
    await this.reigns.begin(reign.epoch, Buffer.from(reign.key, 'base64'));
    if (name === this.stream) await this.keep(keys);
    else this.parts.onOtherStream(name);
    this.answeredAt = this.parts.clock.now();
  }

  /** The stream that this secondary is to follow, with its keys. */
  async fetch(): Promise<StreamKeys> {
    const { jwe } = await this.parts.call<StreamKeysAnswer>('stream-keys', {});
    return this.open<StreamKeys>(jwe);
  }

  /**
   * For a message under a key that is not in the ring. Resolves when it makes sense to look again.
   *
   * @throws when the primary cannot be asked. Not asked again for every such message, then, but once it answers to something else.
   */
  async refreshForUnknown(): Promise<void> {
    if (this.owed) throw new Error('the primary has not told its keys yet');
    const age = this.parts.clock.now() - this.answeredAt;
    if (age >= 0 && age < ASK_EVERY_MS) return;
    try {
      await this.refresh();
    } catch (error) {
      this.owed = true;
      this.parts.logger.warn(
        'a message has a key that is not known here, and the primary cannot be asked; it is passed over until it can',
        { reason: reasonOf(error) },
      );
      throw error;
    }
  }

  /** The primary can be reached. */
  async askAgain(): Promise<void> {
    if (!this.owed) return;
    try {
      await this.refresh();
      this.owed = false;
      this.parts.onLateAnswer();
    } catch (error) {
      this.parts.logger.debug('the primary has not told its keys', { reason: reasonOf(error) });
    }
  }

  /**
   * The primary announces a new key.
   *
   * @param local the transaction that the place behind the announcement commits with. @returns to be called once it is committed.
   */
  async rotated(body: Buffer, index: number, local: LocalStore): Promise<(() => void) | undefined> {
    const { stream, keyId, recipients } = decodeKeyRotated(body);
    if (stream !== this.stream) return undefined;
    const own = recipients.find(({ id }) => id === this.parts.secondaryId);
    const credentials = await readCredentials(local);
    if (own === undefined) {
      // It is told which of the two soon: another stream with the next heartbeat, or a refusal.
      this.parts.logger.info(
        'the stream has a new key that is not for this secondary: it gets another stream, or was revoked',
        { index },
      );
      // Behind the announcement nothing tells of it any more, and a promotion would lose what it seals.
      if (!credentials.streamKeys.some((key) => keyIdOf(key) === keyId))
        writeCredentials(local, { ...credentials, lacksKeyAfter: index });
      return undefined;
    }
    const key = streamKeyAt(await this.open<string>(own.jwe), index);
    const streamKeys = mergeStreamKeys(credentials.streamKeys, [key]);
    writeCredentials(local, { ...credentials, streamKeys });
    return () => this.ring.replace(streamKeys);
  }

  /** The position has moved: keys that only seal what lies before it are dropped. */
  passed(index: number): void {
    if (!this.ring.hasKeysBefore(index)) return;
    this.keep([]).catch((error: unknown) =>
      this.parts.logger.warn('an old key of the stream could not be dropped', { reason: reasonOf(error) }),
    );
  }

  private async open<T>(jwe: string): Promise<T> {
    const { rotationPrivateKey } = await readCredentials(this.parts.store.local);
    if (rotationPrivateKey === undefined)
      throw new Error('this secondary has no key that stream keys could be sent to');
    return decryptWith<T>(rotationPrivateKey, jwe);
  }

  private keep(keys: readonly string[]): Promise<void> {
    const turn = this.changing.then(async () => {
      const { store } = this.parts;
      const position = (await store.streamPosition())?.index ?? 0;
      const kept = await store.transact(async ({ local }) => {
        const { lacksKeyAfter, ...credentials } = await readCredentials(local);
        const streamKeys = keysAfter(mergeStreamKeys(credentials.streamKeys, keys), position);
        const isLacking = lacksKeyAfter !== undefined && !streamKeys.some((key) => startOf(key) >= lacksKeyAfter);
        if (streamKeys.join() !== credentials.streamKeys.join())
          writeCredentials(local, { ...credentials, ...(isLacking && { lacksKeyAfter }), streamKeys });
        return streamKeys;
      });
      this.ring.replace(kept);
    });
    this.changing = turn.catch(() => undefined);
    return turn;
  }
}

/** A stream may still hold messages of the epochs before. */
const MOST_KEPT = 10;

/** The reigns that a secondary follows and followed: told by its primary, or begun by a member in the stream. */
export class FollowedReigns implements Reigns {
  private keys: ReignKeys;

  constructor(
    private readonly store: Pick<Store, 'replicated' | 'transact'>,
    { reignKeys = {} }: Pick<Credentials, 'reignKeys'>,
  ) {
    this.keys = reignKeys;
  }

  of(epoch: number): Buffer | undefined {
    const key = this.keys[epoch];
    return key === undefined ? undefined : Buffer.from(key, 'base64');
  }

  async mayBegin(memberKey: Buffer): Promise<boolean> {
    const member = await memberWithKey(this.store.replicated, memberKey);
    return member !== undefined && mayReign(member);
  }

  async begin(epoch: number, reignKey: Buffer): Promise<void> {
    const key = reignKey.toString('base64');
    if (this.keys[epoch] === key) return;
    this.keys = await this.store.transact(async ({ local }) => {
      const credentials = await readCredentials(local);
      const reignKeys = latest({ ...credentials.reignKeys, [epoch]: key });
      writeCredentials(local, { ...credentials, reignKeys });
      return reignKeys;
    });
  }
}

const latest = (keys: ReignKeys): ReignKeys =>
  Object.fromEntries(
    Object.entries(keys)
      .sort(([a], [b]) => Number(a) - Number(b))
      .slice(-MOST_KEPT),
  );
