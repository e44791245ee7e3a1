import fc from 'fast-check';
import { TidelockError } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { newSigningKey, SigningKey } from '@tidelock/stream';
import { FollowedReigns } from '../keys/followed-keys';
import { newStore } from '@tidelock/stream/testing';
import {
  decodeMember,
  encodeMember,
  type Member,
  mayMakeBatchTokens,
  mayReign,
  registrationOf,
  requireOwnKey,
} from './member';
import {
  allMembers,
  changeMember,
  formerly,
  levelKept,
  type MemberWriter,
  memberWithKey,
  cachedMember,
  putMember,
  readMember,
  revokeMember,
  successors,
} from './member-records';

const writing = (replicated: MemberWriter): MemberWriter => ({
  get: (key) => replicated.get(key),
  keys: (prefix) => replicated.keys(prefix),
  put: (key, value) => replicated.put(key, value),
  delete: (key) => replicated.delete(key),
});

const keyOf = (key: SigningKey): string => key.publicKey.toString('base64');

describe('The members of a set', () => {
  let store: ClusterStore;
  beforeEach(async () => {
    store = await newStore();
  });
  afterEach(() => store.close());

  const [one, two] = [new SigningKey(newSigningKey()), new SigningKey(newSigningKey())];
  const put = (id: string, change: Partial<Member> = {}) =>
    store.transact(({ replicated }) =>
      putMember(replicated, {
        id,
        state: 'active',
        publicKey: keyOf(one),
        epoch: 1,
        forwarding: 'all',
        filtered: false,
        ...change,
      }),
    );

  it('are read as they were written', () => {
    const member = fc.record({
      id: fc.string(),
      state: fc.constantFrom('active' as const, 'revoked' as const),
      publicKey: fc.base64String(),
      epoch: fc.nat(),
      forwarding: fc.constantFrom('all' as const, 'data' as const),
      filtered: fc.boolean(),
    });
    fc.assert(fc.property(member, (some) => expect(decodeMember(encodeMember(some))).toEqual(some)));
  });

  const states = async () =>
    Object.fromEntries((await allMembers(store.replicated)).map(({ id, state }) => [id, state]));

  it('keep on record that an id was revoked, also when its cluster joins anew under another', async () => {
    await put('left');
    await put('revoked');
    expect(await store.transact(({ replicated }) => revokeMember(replicated, 'revoked', true))).toMatchObject({
      state: 'active',
    });
    await put('again');
    expect(await states()).toEqual({ again: 'active', revoked: 'revoked' });
    expect(await store.transact(({ replicated }) => revokeMember(replicated, 'left', true))).toBeUndefined();
    expect(await store.transact(({ replicated }) => revokeMember(replicated, 'nobody', false))).toBeUndefined();
    expect(await states()).toEqual({ again: 'active', left: 'revoked', revoked: 'revoked' });
    await put('revoked');
    expect(await states()).toEqual({ left: 'revoked', revoked: 'active' });
  });

  it('are not held up by one whose record is damaged', async () => {
    await put('a');
    await put('b', { publicKey: keyOf(two) });
    const damaged = {
      ...store.replicated,
      keys: (prefix: string) => store.replicated.keys(prefix),
      get: (key: string) =>
        key.endsWith('/a') ? Promise.reject(new TidelockError('CORRUPT_RECORD')) : store.replicated.get(key),
    };
    expect((await allMembers(damaged)).map(({ id }) => id)).toEqual(['b']);
    const away = { ...damaged, get: () => Promise.reject(new TidelockError('STORAGE_UNAVAILABLE')) };
    await expect(allMembers(away)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('are changed, and so revoked, whatever their record has become', async () => {
    await put('a');
    const was = await store.transact(({ replicated }) => {
      const damaged = { ...writing(replicated), get: () => Promise.reject(new TidelockError('CORRUPT_RECORD')) };
      return changeMember(damaged, 'a', { state: 'revoked' });
    });
    expect(was).toMatchObject({ id: 'a', state: 'active', forwarding: 'all', filtered: false });
    expect(await readMember(store.replicated, 'a')).toEqual({ ...was, state: 'revoked', publicKey: '' });
    await store.transact(async ({ replicated }) => {
      const away = { ...writing(replicated), get: () => Promise.reject(new TidelockError('STORAGE_UNAVAILABLE')) };
      await expect(changeMember(away, 'a', { state: 'active' })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    });
  });

  it('are opened once for as long as they stay the same', async () => {
    await put('a');
    let reads = 0;
    const reader = {
      getSealed: (key: string) => store.replicated.getSealed(key),
      get: (key: string) => {
        reads += 1;
        return store.replicated.get(key);
      },
    };
    const first = await cachedMember(reader, 'a');
    expect(first).toMatchObject({ id: 'a', state: 'active' });
    expect(await cachedMember(reader, 'a')).toBe(first);
    expect(reads).toBe(1);
    await store.transact(({ replicated }) => revokeMember(replicated, 'a', true));
    expect((await cachedMember(reader, 'a'))?.state).toBe('revoked');
    await store.transact(async ({ replicated }) => replicated.delete('core/member/a'));
    expect(await cachedMember(reader, 'a')).toBeUndefined();
    await put('a');
    const damaged = { getSealed: reader.getSealed, get: () => Promise.reject(new TidelockError('CORRUPT_RECORD')) };
    await expect(cachedMember(damaged, 'a')).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    // The bytes from before do not stand for what was written while they were looked at.
    const former = await store.replicated.getSealed('core/member/a');
    const overtaken = {
      getSealed: reader.getSealed,
      get: async (key: string) => {
        await put('a', { forwarding: 'data' });
        return store.replicated.get(key);
      },
    };
    expect((await cachedMember(overtaken, 'a'))?.forwarding).toBe('data');
    await expect(cachedMember({ ...damaged, getSealed: async () => former }, 'a')).rejects.toMatchObject({
      code: 'CORRUPT_RECORD',
    });
  });

  it('keep the level that an operator has given them, into the next reign', async () => {
    await put('bounded', { forwarding: 'data' });
    await put('filtered', { forwarding: 'data', filtered: true, publicKey: '' });
    await put('gone', { forwarding: 'data', state: 'revoked', publicKey: '' });
    await put('free', { publicKey: '' });
    const levels = await Promise.all(
      ['bounded', 'filtered', 'gone', 'free', 'nobody'].map((id) => levelKept(store.replicated, id)),
    );
    expect(levels).toEqual(['data', undefined, undefined, undefined, undefined]);
  });

  it('are found by the key that they sign with, while they are active', async () => {
    await put('a');
    await put('b', { publicKey: keyOf(two) });
    expect((await memberWithKey(store.replicated, two.publicKey))?.id).toBe('b');
    await store.transact(({ replicated }) => changeMember(replicated, 'b', { state: 'revoked' }));
    expect(await memberWithKey(store.replicated, two.publicKey)).toBeUndefined();
    expect((await allMembers(store.replicated)).map(({ id, state }) => [id, state])).toEqual([
      ['a', 'active'],
      ['b', 'revoked'],
    ]);
    await store.transact(({ replicated }) => changeMember(replicated, 'nobody', { state: 'revoked' }));
    expect(await readMember(store.replicated, 'nobody')).toBeUndefined();
  });

  it('have one id each: who joins anew under another leaves the former', async () => {
    await put('a');
    await put('forgotten', { publicKey: '' });
    await put('other-forgotten', { publicKey: '' });
    await put('z');
    expect((await allMembers(store.replicated)).map(({ id }) => id)).toEqual(['forgotten', 'other-forgotten', 'z']);
  });

  it('reign, and make batch tokens of the set, only when they are active, have everything and are believed everything', () => {
    const kinds = (['active', 'revoked'] as const).flatMap((state) =>
      (['all', 'data'] as const).flatMap((forwarding) =>
        [true, false].map((filtered) => ({ state, forwarding, filtered })),
      ),
    );
    for (const may of [mayReign, mayMakeBatchTokens])
      expect(kinds.filter(may)).toEqual([{ state: 'active', forwarding: 'all', filtered: false }]);
  });

  it('begin a reign that a primary, and who follows one, believes, only where they may reign', async () => {
    const reigns = new FollowedReigns(store, {});
    const believed = async () => [
      await reigns.mayBegin(one.publicKey),
      (await successors(store.replicated)).has(keyOf(one)),
    ];
    expect(await believed()).toEqual([false, false]);
    await put('a');
    expect(await believed()).toEqual([true, true]);
    for (const change of [{ filtered: true }, { forwarding: 'data' }, { state: 'revoked' }] as const) {
      await put('a', change);
      expect(await believed()).toEqual([false, false]);
    }
  });

  it('are the same cluster by their id, or by their key', async () => {
    await put('a');
    await put('b', { publicKey: keyOf(two) });
    await put('c', { publicKey: '' });
    const found = async (id: string, publicKey: string) =>
      (await formerly(store.replicated, { id, publicKey })).map((member) => member.id);
    expect(await found('a', keyOf(two))).toEqual(['a', 'b']);
    expect(await found('new', '')).toEqual([]);
  });

  it('register no key but their own', () => {
    const admitted = { id: 'a', authority: 'CA' };
    const signingProof = one.sign(registrationOf('set', admitted)).toString('base64');
    expect(requireOwnKey({ signingKey: keyOf(one), signingProof }, 'set', admitted)).toBe(keyOf(one));
    const refused = (signingKey: unknown, set = 'set', change = {}) =>
      expect(() => requireOwnKey({ signingKey, signingProof }, set, { ...admitted, ...change })).toThrow(
        'has not shown that the key',
      );
    refused(keyOf(two));
    refused(keyOf(one), 'other');
    refused(keyOf(one), 'set', { id: 'b' });
    refused(keyOf(one), 'set', { authority: 'other' });
    for (const nonsense of [undefined, 5, '', 'x', `${keyOf(one)} `]) refused(nonsense);
    expect(() => requireOwnKey({ signingKey: keyOf(one), signingProof: undefined }, 'set', admitted)).toThrow();
  });
});
