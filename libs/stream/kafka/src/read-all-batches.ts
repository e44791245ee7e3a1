import { readFetchResponse, READABLE_VERSIONS } from './fetch-response';
import { prototypeIn } from './kafkajs-internals';

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
