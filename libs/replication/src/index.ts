export { MemoryBroker } from './adapters/memory/memory-broker';
export { MemoryStreamConsumer } from './adapters/memory/memory-stream-consumer';
export { MemoryStreamPublisher } from './adapters/memory/memory-stream-publisher';
export { BatchContext } from './adapters/kafka/batch-context';
export { type FollowOrder as StreamFollowOrder, KafkaBatchServer, STREAM_PATTERN } from './adapters/kafka/kafka-batch-server';
export { KafkaStreamConsumer } from './adapters/kafka/kafka-stream-consumer';
export { KafkaStreamPublisher } from './adapters/kafka/kafka-stream-publisher';
export { Applier, type ApplierEvents, type ApplierParts, type ApplierStatus } from './apply/applier';
export { ApplierSource } from './apply/applier-source';
export type { Refusal, RefusalCount } from './apply/refusals';
export { StreamController } from './apply/stream.controller';
export { StreamGapError, StreamMessageRefusedError, type RefusalReason } from './domain/errors';
export { newStreamKey, StreamKey, StreamKeyring } from './domain/stream-key';
export { MerkleServer } from './merkle/merkle-server';
export { MerkleSync, type SyncParts, type SyncPhase } from './merkle/merkle-sync';
export { type MerkleCall, RemoteMerklePeer } from './merkle/remote-merkle-peer';
export type { SyncProgress } from './merkle/sync-progress';
export type { MerkleLeaf, MerklePeer, MerkleRoot, ScannedRecord, ScanPlace } from './ports/merkle-peer';
export {
  type BrokerSasl, type BrokerSettings, type BrokerTls, MAX_MESSAGE_BYTES, type OffsetOutOfRange, type StreamBatch,
  type StreamConsumer, type StreamMessage, type StreamPublisher, type StreamRequest, type StreamSubscription,
} from './ports/stream';
export type { PublishedStream, PublisherStatus } from './publish/published-stream';
export { Publisher, type PublisherParts, type StreamIdentity } from './publish/publisher';
export { encodeCall, decodeCall } from './cluster-port/codec';
export type { FollowedStream, FollowState, FollowStatus } from './follow/followed-stream';
export { type FollowerParts, StreamFollower } from './follow/stream-follower';
export type { FollowedKeys } from './keys/followed-keys';
export type { ActivationBundle } from './join/bundle';
export type { ActivationOrder, Admission } from './join/joiner';
export type { PrimaryLink } from './roles/primary-link';
export type { OpenStream } from './roles/primary-role';
export { ReplicationNode, type StreamAdapters } from './roles/replication-node';
export type { Credentials, ReplicationMode, Role } from './roles/role-store';
export type { FollowOrder, OpenFollower } from './roles/secondary-role';
export type { ReplicationHost, ReplicationParts, ReplicationSettings, UnwrapOrder } from './roles/settings';
export { streamTopic } from './roles/topic';
export { performanceStatus } from './status/replication-status';
