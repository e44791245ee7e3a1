import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { type Member, MEMBERS } from '../set-members/member';
import { changeMember, putMember } from '../set-members/member-records';
import { newStore } from '@tidelock/stream/testing';
import { MemberTrust } from './member-trust';
import { filterId, pathsFilterOf } from './paths-filter';
import { PathsFilters } from './paths-filters';

const FILTER = pathsFilterOf('deny', ['kv']);

describe('What a secondary is trusted with', () => {
  const error = jest.fn();
  let store: ClusterStore;
  let filters: PathsFilters;
  let trust: MemberTrust;

  beforeEach(async () => {
    error.mockClear();
    store = await newStore();
    await reign('one');
  });
  afterEach(() => store.close());

  /** The filters of a reign, as a start reads them. */
  async function reign(name: string): Promise<void> {
    filters = new PathsFilters(store, name, silentLogger);
    await filters.load();
    trust = new MemberTrust(store, filters, { ...silentLogger, error });
  }
  const member = (change: Partial<Member> = {}) =>
    store.transact(({ replicated }) =>
      putMember(replicated, {
        id: 'eu',
        state: 'active',
        publicKey: '',
        epoch: 1,
        forwarding: 'all',
        filtered: false,
        ...change,
      }),
    );
  const filter = async (given: typeof FILTER | undefined): Promise<void> => {
    await store.transact(({ local }) => filters.put(local, 'eu', given));
    await filters.caughtUp();
  };
  const level = async (): Promise<void> => store.transact(({ local }) => filters.putLevel(local, 'eu', 'data'));
  const stream = () => store.transact((unit) => trust.streamIn(unit, 'eu'));
  const GONE = {
    code: 'INTERNAL',
    message: expect.stringMatching(
      /paths filter of secondary "eu" is gone.*Write primary\/paths-filter\/eu on the primary again, or delete it/,
    ),
  };

  it('is what both its filter and its member record say', async () => {
    await member();
    expect([await trust.levelOf('eu'), await stream()]).toEqual(['all', 'full']);
    await member({ filtered: true, forwarding: 'data' });
    await filter(FILTER);
    expect([await trust.levelOf('eu'), await stream()]).toEqual(['data', filterId(FILTER)]);
  });

  it('is what its filter says, where there is no member record of it', async () => {
    expect([await trust.levelOf('eu'), await stream()]).toEqual(['all', 'full']);
    await filter(FILTER);
    expect([await trust.levelOf('eu'), await stream()]).toEqual(['data', filterId(FILTER)]);
  });

  it.each<[string, () => Promise<void>]>([
    [
      'were deleted',
      async () => {
        await store.transact(async ({ local }) => local.delete('record', 'replication/paths-filters'));
        await filters.caughtUp();
      },
    ],
    ['are those of another reign, by a plain row', () => reign('two')],
  ])(
    'is nothing where its filter is lost, as the filters %s, until an operator says what it may have',
    async (_, lose) => {
      await member({ filtered: true, forwarding: 'data' });
      await filter(FILTER);
      await lose();
      for (let asked = 0; asked < 2; asked += 1) await expect(trust.levelOf('eu')).rejects.toMatchObject(GONE);
      expect(await stream()).toBeUndefined();
      expect(error.mock.calls).toEqual([[expect.stringContaining('is given nothing'), { id: 'eu' }]]);
      await filter(FILTER);
      expect([await trust.levelOf('eu'), await stream()]).toEqual(['data', filterId(FILTER)]);
      await filter(undefined);
      await expect(trust.levelOf('eu')).rejects.toMatchObject(GONE);
      expect(error).toHaveBeenCalledTimes(2);
      await member();
      expect([await trust.levelOf('eu'), await stream()]).toEqual(['all', 'full']);
    },
  );

  it('is the lower of two levels', async () => {
    await member({ forwarding: 'data' });
    expect(await trust.levelOf('eu')).toBe('data');
    await member();
    await level();
    await filters.caughtUp();
    expect(await trust.levelOf('eu')).toBe('data');
    await store.transact(({ replicated }) => changeMember(replicated, 'eu', { forwarding: 'data' }));
    expect(await trust.levelOf('eu')).toBe('data');
  });

  it('is known as soon as it is stored, whether it was read back or not', async () => {
    filters.close();
    await store.transact(async ({ local, replicated }) => {
      await filters.put(local, 'eu', FILTER);
      await putMember(replicated, {
        id: 'eu',
        state: 'active',
        publicKey: '',
        epoch: 1,
        forwarding: 'data',
        filtered: true,
      });
    });
    expect(filters.of('eu')).toBeUndefined();
    expect(await trust.levelOf('eu')).toBe('data');
    expect(filters.of('eu')).toEqual(FILTER);
  });

  it('is nothing while its member record is damaged', async () => {
    await member();
    expect(await trust.levelOf('eu')).toBe('all');
    await store.transact(async ({ replicated }) => replicated.putSealed(`${MEMBERS}eu`, Buffer.from('damaged')));
    await expect(trust.levelOf('eu')).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
  });
});
