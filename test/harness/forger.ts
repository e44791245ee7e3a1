import { silentLogger } from '@tidelock/kernel';
import { type MessageKind, sealMessage } from '@tidelock/stream/testing';
import { FULL_STREAM, newSigningKey, openMessage, ReignSigner, StreamKeyring } from '@tidelock/stream';
import { KafkaStreamPublisher } from '@tidelock/stream/kafka/testing';
import type { ReplicationSet } from './replication-set';
import { KAFKA } from './services';
import { readTopic, topicOf } from './topic';

/** A place in the stream that a message is to follow. */
export interface Place {
  readonly index: number;
  /** Chain digest there. */
  readonly digest: Buffer;
}

export interface Forgery {
  readonly kind: MessageKind;
  readonly body?: Buffer;
  readonly after: Place;
  /** Who signs for it; absent = nobody, in the first epoch. */
  readonly signer?: ReignSigner;
}

/** Somebody with keys of a set's full stream and all rights at the broker, who is not its primary. */
export class Forger {
  private constructor(
    private readonly set: string,
    private readonly topic: string,
    private readonly streamKeys: readonly string[],
  ) {}

  static async with(streamKeys: readonly string[], set: ReplicationSet): Promise<Forger> {
    return new Forger((await set.primary.status()).cluster_id, await topicOf(set), streamKeys);
  }

  /** All messages that open, in the topic's order. */
  async opened() {
    const ring = new StreamKeyring(this.streamKeys);
    return (await readTopic(this.topic)).flatMap(({ value }) => {
      try {
        const { header, body, digest } = openMessage(value, this.set, (id, index) => ring.opening(id, index));
        return [{ value, kind: header.kind, index: header.index, epoch: header.epoch, body, digest }];
      } catch {
        return [];
      }
    });
  }

  /** A message as its publisher would make it, and the place behind it. */
  seal({ kind, body = Buffer.alloc(0), after, signer }: Forgery): Place & { readonly value: Buffer } {
    const index = kind === 'fence' ? after.index : after.index + 1;
    const header = {
      kind,
      set: this.set,
      epoch: signer?.epoch ?? 1,
      index,
      prev: after.index,
      prevDigest: after.digest,
      time: Date.now(),
    };
    const begins = kind === 'fence' || kind === 'epoch-started';
    const { bytes, digest } = sealMessage(header, body, new StreamKeyring(this.streamKeys).sealing(index), (own) =>
      signer
        ? { ...(begins && { introduction: signer.introduce(header) }), signature: signer.cover(FULL_STREAM, own) }
        : {},
    );
    return { value: bytes, index, digest };
  }

  /** Takes the topic's one publishing identity over, as a promotion does, and says it. */
  async say(values: readonly Buffer[]): Promise<void> {
    const publisher = new KafkaStreamPublisher({ brokers: KAFKA.split(','), topicPrefix: '' }, silentLogger);
    try {
      await publisher.claim(this.topic);
      await publisher.publish(this.topic, values);
    } finally {
      await publisher.close();
    }
  }
}

/** Signs for a reign that it made up, and says that another member has begun it, whose key it has not. */
export function usurpedReign(epoch: number, { memberKey }: Pick<ReignSigner, 'memberKey'>): ReignSigner {
  const signer = inventedReign(epoch);
  const introduce = signer.introduce.bind(signer);
  return Object.assign(signer, {
    introduce: (header: Parameters<typeof introduce>[0]) => ({ ...introduce(header), memberKey }),
  });
}

/** Signs for a reign of a member's that it made up. */
export const inventedReign = (epoch: number, member = newSigningKey()): ReignSigner =>
  new ReignSigner({ member, reign: newSigningKey() }, epoch);
