export { MemoryBroker } from './adapters/memory/memory-broker';
export { MemoryStreamConsumer } from './adapters/memory/memory-stream-consumer';
export { MemoryStreamPublisher } from './adapters/memory/memory-stream-publisher';
export { BatchContext } from './adapters/kafka/batch-context';
export {
  type FollowOrder as StreamFollowOrder,
  KafkaBatchServer,
  STREAM_PATTERN,
} from './adapters/kafka/kafka-batch-server';
export { brokerTrouble } from './adapters/kafka/broker-trouble';
export { KafkaStreamAccess } from './adapters/kafka/kafka-stream-access';
export { KafkaStreamConsumer } from './adapters/kafka/kafka-stream-consumer';
export { KafkaStreamPublisher } from './adapters/kafka/kafka-stream-publisher';
export { Applier, type ApplierEvents, type ApplierParts, type ApplierStatus } from './apply/applier';
export { ApplierSource } from './apply/applier-source';
export type { Refusal, RefusalCount } from './apply/refusals';
export { StreamController } from './apply/stream.controller';
export { openMessage, sealMessage } from './domain/envelope';
export { decodeHeader, type MessageKind } from './domain/header';
export { decodeKeyRotated } from './domain/key-rotated';
export type { RefusalReason } from './domain/errors';
export { newStreamKey, StreamKeyring } from './domain/stream-key';
export { type Member, MEMBERS } from './members/member';
export { allMembers, successors } from './members/member-records';
export { signerOf } from './membership/own-member';
export { ReignSigner } from './domain/reign-signer';
export { newSigningKey } from './domain/signing-key';
export { FULL_STREAM } from './domain/stream-name';
export { merkleCalls } from './merkle/merkle-calls';
export { MerkleServer } from './merkle/merkle-server';
export { MerkleSync, type SyncParts, type SyncPhase } from './merkle/merkle-sync';
export { type MerkleCall, RemoteMerklePeer } from './merkle/remote-merkle-peer';
export type { SyncProgress } from './merkle/sync-progress';
export type { MerkleLeaf, MerklePeer, MerkleRoot, ScannedRecord, ScanPlace } from './ports/merkle-peer';
export {
  type BrokerSasl,
  type BrokerSettings,
  type BrokerTls,
  MAX_MESSAGES_PER_REQUEST,
  type OffsetOutOfRange,
  type StreamBatch,
  type StreamConsumer,
  type StreamMessage,
  type StreamPublisher,
  type StreamRequest,
  type StreamSubscription,
} from './ports/stream';
export type { AccessOutcome, AccessState, StreamAccess, StreamReader } from './ports/stream-access';
export type { PublishedStream, PublisherStatus } from './publish/published-stream';
export { Publisher, type PublisherParts, type StreamIdentity } from './publish/publisher';
export { CallBody } from './cluster-port/call-body';
export { encodeCall, decodeCall } from './cluster-port/codec';
export { pathsFilterOf, type PathsFilter } from './filter/paths-filter';
export type { MountDescription, MountRecords } from './ports/mount-records';
export type { FollowedStream, FollowState, FollowStatus } from './follow/followed-stream';
export { type FollowerParts, StreamFollower } from './follow/stream-follower';
export type { FollowedKeys } from './keys/followed-keys';
export type { ActivationBundle } from './join/bundle';
export { type ActivationStep, stepFailed } from './join/activation-step';
export type { ActivationOrder, Admission } from './join/joiner';
export { newPendingKey, parsePublicKey } from './join/pending-key';
export { encryptTo } from './keys/recipient-key';
export { KafkaStreamProbe } from './adapters/kafka/kafka-stream-probe';
export type { PrimaryLink } from './roles/primary-link';
export type { OpenStream, PublishOrder } from './roles/publish-order';
export type { BrokerAccess, PromotionOrder } from './roles/promotion';
export type { SafetyCheck } from './roles/promotion-checks';
export type { QuarantinedMutation } from './quarantine/quarantine';
export { ReplicationNode } from './roles/replication-node';
export type { StreamAdapters } from './roles/stream-adapters';
export { type Credentials, readCredentials, type ReplicationMode, type Role } from './membership/role-store';
export type { SetKeys } from './keys/set-keys';
export type { RotatedKey } from './keys/stream-key-rotation';
export type { FollowOrder, OpenFollower } from './roles/secondary-role';
export { forwardingLevelOf } from './filter/forwarding-level';
export type {
  Forwarder,
  RecordedCall,
  ReplicationHost,
  ReplicationParts,
  ReplicationSettings,
  UnwrapOrder,
} from './membership/settings';
export { checkSecondaryId } from './membership/known-secondary';
export { previewOf } from './roles/preview';
export { readerGroup, streamTopic } from './domain/topic';
export { replicationMetrics } from './status/replication-metrics';
export { performanceStatus } from './status/replication-status';
export { PrimaryUnreachable } from './cluster-port/cluster-client';
