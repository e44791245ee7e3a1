// What tests forge, replay and stand for. Nothing that runs for users imports it.
export { decodeCall, encodeCall } from '../../src/cluster-port/codec';
export type { ActivationBundle } from '../../src/join/bundle';
export { type Credentials, readCredentials } from '../../src/membership/role-store';
export { merkleCalls, RemoteMerklePeer } from '../../src/merkle/merkle-calls';
export type { Fate } from './set/commits';
export { Member, until } from './set/member';
export { expectInStep, expectOneMutationEach, joined, newPair, newSet, type TestSet } from './set/set';
export { sqlitePlaces } from './set/sqlite-places';
