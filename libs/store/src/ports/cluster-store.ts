import type { MerkleStore } from './merkle';
import type { Outbox } from './outbox';
import type { Store } from './store';
import type { StoreAdmin } from './store-admin';
import type { StreamSink } from './stream-sink';

/**
 * The store of one cluster, as the composition opens it. Others take the part that they use. Whoever has the whole must, in order:
 *
 * 1. open it (`openStore`): that takes the lock and a term. The barrier may be sealed; what is sealed cannot be read until it is not;
 * 2. subscribe (`onCommit`) whatever remembers a part of it, before it reads that part for the first time;
 * 3. say what a replicated write deserves in the current role (`guardReplicatedWrites`), before the first request;
 * 4. as a primary: `useEpoch`, then `journal.enable`, before the first replicated write: a mutation without a row is never published, and one with
 *    another epoch has no effect. As a secondary: leave the journal disabled, and keep to the order that `StreamSink` names;
 * 5. when the role changes: end what writes, commit the new role and its place in the stream as one (`moveTo`, `journal.append`), then 3 and 4;
 * 6. where `tenure` is lost: stop serving, and `acquire` it until it is held again. Subscribers are told that everything may have changed (`reloaded`);
 * 7. close it, when nothing writes any more.
 */
export interface ClusterStore extends Store, StreamSink, Outbox, MerkleStore, StoreAdmin {}
