import type { ClusterStore } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import { FollowedRole } from './followed-role';
import { NO_ROLE, readRole, type Role, writeRole } from '../membership/role-store';

const ROLE: Role = { ...NO_ROLE, mode: 'secondary', setId: 'set-1', epoch: 1, primaryEpoch: 1 };

describe('The role of a secondary', () => {
  let store: ClusterStore;
  let followed: FollowedRole;
  beforeEach(async () => {
    store = await newStore();
    await store.transact(async ({ local }) => writeRole(local, ROLE));
    followed = new FollowedRole(store, ROLE);
  });
  afterEach(() => store.close());

  it('names the epoch that this cluster writes in, from the commit on that an epoch begins with', async () => {
    const known = await store.transact(async ({ local }) => followed.beginEpoch(local, { epoch: 2, after: 7 }));
    expect([store.epoch, followed.value.epoch]).toEqual([1, 1]);
    known();
    expect(store.epoch).toBe(2);
    expect(followed.value).toEqual({ ...ROLE, epoch: 2, epochs: [{ epoch: 2, after: 7 }] });
    expect(await readRole(store.local)).toEqual(followed.value);
  });

  it('sets no epoch back that was begun here meanwhile: what a heartbeat tells may be stored after it', async () => {
    store.useEpoch(2);
    await followed.change({ knownPrimaryClusterAddrs: ['https://primary:8201'] });
    expect(store.epoch).toBe(2);
    expect(followed.value.knownPrimaryClusterAddrs).toEqual(['https://primary:8201']);
  });
});
