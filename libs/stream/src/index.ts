export { deliver } from './adapters/deliver';
export { DirectTransport } from './adapters/direct-transport';
export { Applier } from './apply/applier';
export type { AppliedMessage } from './apply/chunk';
export type { Reigns } from './apply/coverage';
export type { FollowEffects } from './apply/message-effect';
export type { RefusalCount } from './apply/refusals';
export { forgetSync, readSyncNote, writeSyncNote } from './apply/sync-note';
export { Backoff } from './domain/backoff';
export { decodeCheckpoint, encodeCheckpoint } from './domain/checkpoint';
export { openMessage } from './domain/envelope';
export { encodeEpochStart, type EpochStart, isWithinReach } from './domain/epoch-start';
export { StreamFencedError, StreamMessageRefusedError } from './domain/errors';
export { newFence } from './domain/fence';
export { decodeHeader, FIRST_DIGEST } from './domain/header';
export { isBehind } from './domain/judge';
export { decodeKeyRotated, encodeKeyRotated, type KeyRotated } from './domain/key-rotated';
export { isGenuine, ReignSigner } from './domain/reign-signer';
export { isSignedBy, newSigningKey, SigningKey } from './domain/signing-key';
export {
  keyIdOf,
  keysAfter,
  mergeStreamKeys,
  newStreamKey,
  secretOf,
  startOf,
  streamKeyAt,
  StreamKeyring,
} from './domain/stream-key';
export { FULL_STREAM, readerGroup, streamTopic } from './domain/topic';
export { trailerOf } from './domain/trailer';
export type { FollowedStream, FollowState, FollowStatus } from './follow/followed-stream';
export { type FollowerParts, StreamFollower } from './follow/stream-follower';
export { BUCKETS_PER_CALL, BUCKETS_PER_PAGE, KEYS_PER_CALL, PAGES } from './merkle/call-sizes';
export { MerkleServer } from './merkle/merkle-server';
export type { SyncProgress } from './merkle/sync-progress';
export type { FetchedRecord, MerklePeer, MerkleRoot } from './ports/merkle-peer';
export {
  type BrokerSasl,
  type BrokerSettings,
  type BrokerTls,
  DEFAULT_RETENTION_MS,
  MAX_MESSAGE_BYTES,
  MOST_MESSAGES_TAKEN,
  type StreamConsumer,
  type StreamMessage,
  type StreamPublisher,
  type StreamRequest,
  type StreamSubscription,
} from './ports/stream';
export type { AccessOutcome, AccessState, StreamAccess, StreamReader } from './ports/stream-access';
export type { StreamBroker, StreamProbe } from './ports/stream-broker';
export type { StreamTransport, TransportOrder } from './ports/stream-transport';
export { Checkpoints } from './publish/checkpoints';
export { observedBroker } from './publish/observed-broker';
export { PublishFigures } from './publish/publish-figures';
export type { PublishedStream } from './publish/published-stream';
export { Publisher } from './publish/publisher';
export { forgetStreams, markOf, memoryKey } from './publish/publisher-mark';
export { fullView, kindOf, type StreamView, type ViewedRow } from './publish/stream-view';
export type { Succession } from './publish/succession';
export { readOn, type Tail } from './publish/tail';
