import { BytesReader } from './bytes-reader';
import { prototypeIn } from './kafkajs-internals';
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

/** The parts of kafkajs 2.2.4 that are replaced. */
interface Request {
  readonly request: { readonly apiName: string; readonly apiVersion: number };
  readonly response: {
    readonly decode: (bytes: Buffer) => Promise<unknown>;
    readonly parse: (decoded: unknown) => Promise<unknown>;
  };
}
interface ConnectionPrototype {
  send(request: Request): Promise<unknown>;
}
interface BrokerPrototype {
  listOffsets(request: object): Promise<unknown>;
}

const READ_UNCOMMITTED = 0;
let applied = false;

/**
 * Lets nobody who can write to a topic stop those who read it. kafkajs throws at a batch of a compression that it does not know, and comes to the
 * same batch again for ever; unpacks any other whatever its size; and tells nothing of control records, where offsets then seem to be missing. So what
 * is fetched is read by `readRecordSet`. Who reads committed messages only does not see past an open transaction, nor the topic's end: so
 * everything here is read uncommitted. Relies on the exact version pinned in package.json.
 */
export function readAllBatches(): void {
  if (applied) return;
  applied = true;
  const connection = prototypeIn<ConnectionPrototype>('network/connection', 'send');
  const broker = prototypeIn<BrokerPrototype>('broker', 'listOffsets');
  const { send } = connection;
  const { listOffsets } = broker;
  connection.send = function (order) {
    return send.call(this, isReadable(order) ? withOwnReader(order) : order);
  };
  broker.listOffsets = function (request) {
    return listOffsets.call(this, { ...request, isolationLevel: READ_UNCOMMITTED });
  };
}

const isReadable = ({ request: { apiName, apiVersion } }: Request): boolean =>
  apiName === 'Fetch' && apiVersion >= READABLE_VERSIONS.from && apiVersion <= READABLE_VERSIONS.to;

const withOwnReader = (order: Request): Request => ({
  ...order,
  response: { ...order.response, decode: async (bytes) => readFetchResponse(bytes, order.request.apiVersion) },
});
