import type { StreamPosition } from '@tidelock/store';
import { openMessage, type OpenedMessage } from '../domain/envelope';
import { type RefusalReason, StreamMessageRefusedError } from '../domain/errors';
import { type ChainPosition, decodeHeader, type Header } from '../domain/header';
import { isBehind, isNextMutation } from '../domain/judge';
import type { StreamKeyring } from '../domain/stream-key';
import type { StreamMessage } from '../ports/stream';

/** What to do with a message: look whether it is covered, drop it in silence (redelivered), or drop and count it. */
export type Reading = { readonly apply: OpenedMessage } | { readonly refuse: RefusalReason } | 'redelivered';

/**
 * Reads one message against a replica's position.
 *
 * What lies behind the position by its clear header is dropped unopened: whether it is genuine makes no difference.
 * Everything else must open before it means anything.
 */
function readMessage(
  message: StreamMessage,
  at: StreamPosition,
  { set, keys }: { set: string; keys: StreamKeyring },
): Reading {
  if (message.unreadFrom !== undefined) return { refuse: 'unreadable' };
  try {
    const clear = decodeHeader(message.value);
    const { header } = clear;
    if (header.set !== set) return { refuse: 'foreign-set' };
    if (isBehind(at, header)) return behind(header, message, at);
    return { apply: openMessage(message.value, set, (id, index) => keys.opening(id, index), clear) };
  } catch (error) {
    if (error instanceof StreamMessageRefusedError) return { refuse: error.reason };
    throw error;
  }
}

/** @returns the message, opened, when it is the mutation that comes next after a position; `undefined` for all that needs a closer look. */
export function readNext(
  { value, unreadFrom }: StreamMessage,
  at: ChainPosition,
  { set, keys }: Pick<KeySource, 'set' | 'keys'>,
): OpenedMessage | undefined {
  if (unreadFrom !== undefined) return undefined;
  try {
    const clear = decodeHeader(value);
    return isNextMutation(at, clear.header)
      ? openMessage(value, set, (id, index) => keys.opening(id, index), clear)
      : undefined;
  } catch (error) {
    if (error instanceof StreamMessageRefusedError) return undefined;
    throw error;
  }
}

function behind(header: Header, { offset }: StreamMessage, at: StreamPosition): Reading {
  // The broker gives again what it gave before: ordinary. The same message at a later offset is a copy.
  if (at.brokerOffset === '' || BigInt(offset) <= BigInt(at.brokerOffset)) return 'redelivered';
  return { refuse: header.epoch < at.epoch ? 'stale-epoch' : 'repeated' };
}

export interface KeySource {
  readonly set: string;
  readonly keys: StreamKeyring;
  /** See `ApplierParts`. */
  readonly onUnknownKey?: () => Promise<void>;
  /** Stores what was released: what came before a message is good and stays, whether the primary can be asked or not. */
  readonly flush: () => Promise<void>;
  /** Where the replica will stand when what was released is applied. */
  readonly at: () => StreamPosition;
}

/** Reads a message; where the key is not known that it is sealed with, that is asked for. */
export async function readWithAllKeys(message: StreamMessage, source: KeySource): Promise<Reading> {
  const reading = readMessage(message, source.at(), source);
  if (source.onUnknownKey === undefined || !isUnderUnknownKey(reading)) return reading;
  await source.flush();
  try {
    await source.onUnknownKey();
  } catch {
    // Anybody who can write to the topic can have made it, so nothing waits for it. A true one is not lost: nothing that builds on it opens before it does.
    return reading;
  }
  return readMessage(message, source.at(), source);
}

const isUnderUnknownKey = (reading: Reading): boolean =>
  typeof reading === 'object' && 'refuse' in reading && reading.refuse === 'unknown-key';

/** Where a replica stands once it has applied a message. */
export const positionAfter = ({ header, digest }: OpenedMessage, offset: string): StreamPosition => ({
  epoch: header.epoch,
  index: header.index,
  digest,
  brokerOffset: offset,
});
