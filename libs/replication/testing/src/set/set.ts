import type { StoreLocation } from '@tidelock/store';
import { decodeMutation } from '@tidelock/store';
import type { ReplicationHost } from '@tidelock/replication';
import { MemoryBroker } from '@tidelock/stream/testing';
import { Member, until } from './member';

/** A primary `a`, and a cluster `b` of no set yet. */
export interface TestSet {
  readonly broker: MemoryBroker;
  readonly a: Member;
  readonly b: Member;
  /** Of no set, too; the last one made. */
  c: Member | undefined;
  another(): Promise<Member>;
  /** An id that no secondary has had. */
  newId(): string;
  close(): Promise<void>;
}

export async function newSet(place: () => Promise<StoreLocation>, given?: Partial<ReplicationHost>): Promise<TestSet> {
  const broker = new MemoryBroker();
  const newMember = async (): Promise<Member> => Member.create(await place(), broker, given);
  const [a, b] = [await newMember(), await newMember()];
  await a.node.enablePrimary('');
  let made = 0;
  const set: TestSet = {
    broker,
    a,
    b,
    c: undefined,
    another: async () => (set.c = await newMember()),
    newId: () => `again-${(made += 1)}`,
    close: async () => void (await Promise.all([a, b, set.c].map((member) => member?.close()))),
  };
  return set;
}

/** The same, `b` being a secondary of `a`. */
export async function newPair(place: () => Promise<StoreLocation>, given?: Partial<ReplicationHost>): Promise<TestSet> {
  const set = await newSet(place, given);
  await joined(set);
  return set;
}

/** `b` becomes a secondary of `a`. */
export async function joined({ a, b }: TestSet): Promise<void> {
  await b.join(a, 'b');
  await b.untilStreaming();
}

/** What is written on the one arrives at the other, and both have the same then. */
export async function expectInStep(primary: Member, secondary: Member): Promise<void> {
  const index = await primary.write('entry/m/probe', String(Math.random()));
  expect([primary.node.mode, primary.store.journal.enabled]).toEqual(['primary', true]);
  await until('a write to arrive', () => secondary.store.position().replicatedIndex >= index);
  expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
  expect(await primary.store.integrity.check(0, 65_536, { authenticate: true })).toEqual([]);
}

/** The quarantine has a mutation for each of the keys, and nothing else. */
export async function expectOneMutationEach({ node }: Member, keys: readonly string[]): Promise<void> {
  const known = await node.quarantine.list();
  const mutations = await node.quarantine.take(known.map(({ index }) => index));
  expect(mutations.flatMap(({ body }) => decodeMutation(body).records.map(({ key }) => key))).toEqual(keys);
}
