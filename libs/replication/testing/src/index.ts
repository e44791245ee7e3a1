// What tests forge, replay and stand for. Nothing that runs for users imports it.
export { DirectTransport } from '../../src/adapters/direct-transport';
export { MemoryBroker } from '../../src/adapters/memory/memory-broker';
export { MemoryStreamConsumer } from '../../src/adapters/memory/memory-stream-consumer';
export { MemoryStreamPublisher } from '../../src/adapters/memory/memory-stream-publisher';
export { openMessage, sealMessage } from '../../src/domain/envelope';
export { decodeHeader, type MessageKind } from '../../src/domain/header';
export { decodeKeyRotated } from '../../src/domain/key-rotated';
export { newStreamKey } from '../../src/domain/stream-key';
export { ReignSigner } from '../../src/domain/reign-signer';
export { newSigningKey } from '../../src/domain/signing-key';
export { merkleCalls } from '../../src/merkle/merkle-calls';
export { MerkleServer } from '../../src/merkle/merkle-server';
export { MerkleSync } from '../../src/merkle/merkle-sync';
export {
  MAX_MESSAGES_PER_REQUEST,
  type OffsetOutOfRange,
  type StreamConsumer,
  type StreamPublisher,
  type StreamRequest,
  type StreamSubscription,
} from '../../src/ports/stream';
export { encodeCall, decodeCall } from '../../src/cluster-port/codec';
export type { StreamBroker } from '../../src/ports/stream-broker';
export type { MountRecords } from '../../src/ports/mount-records';
export type { ActivationBundle } from '../../src/join/bundle';
export type { Credentials } from '../../src/membership/role-store';
export { KafkaStreamAccess } from '../../src/adapters/kafka/kafka-stream-access';
export { KafkaStreamConsumer } from '../../src/adapters/kafka/kafka-stream-consumer';
export { KafkaStreamPublisher } from '../../src/adapters/kafka/kafka-stream-publisher';
export { Applier } from '../../src/apply/applier';
export { StreamKeyring } from '../../src/domain/stream-key';
export { FULL_STREAM } from '../../src/domain/stream-name';
export { RemoteMerklePeer } from '../../src/merkle/remote-merkle-peer';
export { Publisher } from '../../src/publish/publisher';
export { readCredentials } from '../../src/membership/role-store';
