import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { sealMessage } from '../domain/envelope';
import { FIRST_DIGEST, type Header, type MessageKind } from '../domain/header';
import type { ReignSigner } from '../domain/reign-signer';
import { newSigningKey } from '../domain/signing-key';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { newSigner } from '../specs/signing.testing';
import { findSuccession, type OwnPlace } from './succession';

export const SET = 'set-1';
export const TOPIC = 't.set-1.stream';

/** A topic, who may write to it, and what is found in it. */
export function searchedTopic() {
  const broker = new MemoryBroker();
  /** Nobody needs the stream's key to know a successor. */
  const keys = new StreamKeyring([newStreamKey()]);
  const member = newSigningKey();
  const own = newSigner(1);
  const other = newSigner(2, member);
  const refused: string[] = [];
  const empty = (): void => {
    broker.topics.clear();
    refused.length = 0;
  };
  const message = (
    kind: MessageKind,
    index: number,
    signer: ReignSigner = other,
    change: Partial<Header> = {},
  ): Buffer => {
    const header = {
      kind,
      set: SET,
      epoch: signer.epoch,
      index,
      prev: index - 1,
      prevDigest: FIRST_DIGEST,
      time: 1,
      ...change,
    };
    const begins = kind === 'epoch-started' || kind === 'fence';
    return sealMessage(header, Buffer.alloc(0), keys.sealing(index), (digest) => ({
      ...(begins && { introduction: signer.introduce(header) }),
      signature: signer.cover('full', digest),
    })).bytes;
  };
  const look = ({
    whole = false,
    members = [],
    ...change
  }: Partial<OwnPlace> & { whole?: boolean; members?: readonly string[] } = {}) =>
    findSuccession(
      {
        consumer: new MemoryStreamConsumer(broker),
        topic: TOPIC,
        set: SET,
        onRefused: (reason, offset) => refused.push(reason === 'no-member' ? offset : `${offset} ${reason}`),
        successors: new Set([...[own, other].map(({ memberKey }) => memberKey.toString('base64')), ...members]),
      },
      { epoch: 1, reignKey: own.reignKey, memberKey: own.memberKey, started: true, offset: '', ...change },
      whole,
      new AbortController().signal,
    );
  const find = async (change?: Parameters<typeof look>[0]) => (await look(change)).succession;
  const by = [other.memberKey.toString('base64')];
  return { broker, keys, member, own, other, refused, empty, message, look, find, by };
}
