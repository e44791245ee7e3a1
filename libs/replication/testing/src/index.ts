// What tests forge, replay and stand for. Nothing that runs for users imports it.
export { decodeCall, encodeCall } from '../../src/cluster-port/codec';
export type { ActivationBundle } from '../../src/join/bundle';
export { type Credentials, readCredentials } from '../../src/membership/role-store';
export { merkleCalls, RemoteMerklePeer } from '../../src/merkle/merkle-calls';
