import { prototypeIn } from './kafkajs-internals';

/** The parts of kafkajs 2.2.4's broker connection that are replaced. */
interface BrokerPrototype {
  produce(request: { transactionalId?: string | undefined }): Promise<unknown>;
  addPartitionsToTxn(request: { transactionalId: string }): Promise<unknown>;
}

const SUFFIX = '.publisher';
let applied = false;

/** Transactional id of a topic's one publisher: whoever was given it last is the one that the broker listens to. */
export const publisherIdentity = (topic: string): string => topic + SUFFIX;

const isPublisher = (transactionalId: string | undefined): boolean => transactionalId?.endsWith(SUFFIX) === true;

/**
 * Lets a transactional id fence without transactions. The broker gives each new holder of the id a higher producer epoch and
 * refuses batches of lower ones (KIP-98, "zombie fencing"); batches themselves stay plain idempotent ones, which cost no
 * further round trips and leave no control records, that is no holes, in the offsets. kafkajs couples the two, so its connection is
 * told to leave the transaction out of our publishers' requests. Relies on the exact version pinned in package.json.
 */
export function fenceWithoutTransactions(): void {
  if (applied) return;
  applied = true;
  const prototype = prototypeIn<BrokerPrototype>('broker', 'produce', 'addPartitionsToTxn');
  const { produce, addPartitionsToTxn } = prototype;
  prototype.produce = function (request) {
    return produce.call(
      this,
      isPublisher(request.transactionalId) ? { ...request, transactionalId: undefined } : request,
    );
  };
  prototype.addPartitionsToTxn = async function (request) {
    return isPublisher(request.transactionalId) ? undefined : addPartitionsToTxn.call(this, request);
  };
}
