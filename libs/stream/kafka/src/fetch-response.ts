import { BytesReader } from './bytes-reader';
import { type FetchedMessage, readRecordSet } from './record-set';

/** What kafkajs 2.2.4 makes of a Fetch response. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedMessage[];
}

/** Versions that kafkajs may speak to brokers that know transactions. */
export const READABLE_VERSIONS = { from: 4, to: 11 };

/** Reads a Fetch response (KIP-98 to KIP-392: versions 4 to 11). */
export function readFetchResponse(bytes: Buffer, version: number): FetchResponse {
  const reader = new BytesReader(bytes);
  const clientSideThrottleTime = reader.int32();
  const [errorCode, sessionId] = version >= 7 ? [reader.int16(), reader.int32()] : [0, 0];
  const responses = many(reader, () => ({
    topicName: reader.take(reader.int16()).toString(),
    partitions: many(reader, () => readPartition(reader, version)),
  }));
  // From version 8 on it is for the client to wait, before that the broker has done so (KIP-219).
  return {
    throttleTime: 0,
    clientSideThrottleTime: version >= 8 ? clientSideThrottleTime : 0,
    errorCode,
    sessionId,
    responses,
  };
}

function readPartition(reader: BytesReader, version: number): FetchedPartition {
  const [partition, errorCode, highWatermark] = [reader.int32(), reader.int16(), String(reader.int64())];
  reader.int64();
  if (version >= 5) reader.int64();
  many(reader, () => reader.take(16));
  const preferredReadReplica = version >= 11 ? reader.int32() : -1;
  const messages = readRecordSet(reader.take(reader.int32()));
  return { partition, errorCode, highWatermark, abortedTransactions: [], preferredReadReplica, messages };
}

const many = <T>(reader: BytesReader, read: () => T): T[] => Array.from({ length: Math.max(reader.int32(), 0) }, read);
