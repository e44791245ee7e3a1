// What tests forge, replay and stand for. Nothing that runs for users imports it.
export { MemoryBroker } from '../../src/adapters/memory/memory-broker';
export { MemoryStreamConsumer } from '../../src/adapters/memory/memory-stream-consumer';
export { MemoryStreamPublisher } from '../../src/adapters/memory/memory-stream-publisher';
export { sealMessage } from '../../src/domain/envelope';
export type { Header, MessageKind } from '../../src/domain/header';
export { MerkleSync } from '../../src/merkle/merkle-sync';
export type { OffsetOutOfRange } from '../../src/ports/stream';
export { newStore } from '../../src/specs/memory-store.testing';
export { KnownReigns, newSigner } from '../../src/specs/signing.testing';
