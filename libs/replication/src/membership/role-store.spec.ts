import type { ClusterStore, Store } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import {
  type Credentials,
  NO_ROLE,
  readCredentials,
  readRole,
  type Role,
  writeCredentials,
  writeRefusal,
  writeRole,
} from './role-store';

const ROLE: Role = {
  mode: 'bootstrapping',
  setId: 'set-1',
  epoch: 2,
  primaryClusterAddr: 'https://primary:8201',
  secondaryId: 'us-east',
  knownPrimaryClusterAddrs: ['https://primary:8201', 'https://standby:8201'],
  primaryApiAddr: 'https://primary:8200',
  idle: false,
  reign: '',
  epochs: [{ epoch: 2, after: 7 }],
};
const CREDENTIALS: Credentials = {
  authority: { certificate: 'CA' },
  identity: { certificate: 'CERT', privateKey: 'PRIVATE' },
  streamKeys: ['a@0', 'b@7'],
  broker: { brokers: ['kafka:9092'], topicPrefix: 'tidelock' },
  developmentRootToken: 'root',
};

describe('the role in the store', () => {
  let store: ClusterStore;
  beforeEach(async () => (store = await newStore()));
  afterEach(() => store.close());

  const write = async (change: (unit: ReturnType<Store['begin']>) => void) => {
    const unit = store.begin();
    change(unit);
    return unit.commit();
  };

  it('is "disabled" on a cluster that never had one', async () => {
    expect(await readRole(store.local)).toEqual(NO_ROLE);
    expect(NO_ROLE.mode).toBe('disabled');
  });

  it('comes back as it was written', async () => {
    await write(({ local }) => writeRole(local, ROLE));
    expect(await readRole(store.local)).toEqual(ROLE);
    await write(({ local }) => writeRole(local, { ...ROLE, mode: 'secondary' }));
    expect((await readRole(store.local)).mode).toBe('secondary');
  });

  it('gets defaults for what an older version did not write', async () => {
    await write(({ local }) =>
      local.put('cluster', { key: 'replication', value: Buffer.from('{"mode":"primary","setId":"s","epoch":1}') }),
    );
    expect(await readRole(store.local)).toEqual({ ...NO_ROLE, mode: 'primary', setId: 's', epoch: 1 });
  });

  it('has its credentials beside it, and fails loudly without them', async () => {
    await expect(readCredentials(store.local)).rejects.toThrow('the replication credentials are missing');
    await write(({ local }) => writeCredentials(local, CREDENTIALS));
    expect(await readCredentials(store.local)).toEqual(CREDENTIALS);
  });

  it('tells writers to a fenced cluster where to write, and how it follows', () => {
    const fenced = { epoch: 1, byEpoch: 2, after: 7, at: 0, quarantined: 0 };
    expect(writeRefusal({ ...NO_ROLE, mode: 'secondary', fenced }, false)?.message).toBe(
      'this cluster was fenced at epoch 1; it is no longer the primary: write to the present primary, and give this cluster a token of it with secondary/update-primary',
    );
  });

  it('is local: neither changes what is replicated', async () => {
    const { replicatedIndex } = await write(({ local }) => {
      writeRole(local, ROLE);
      writeCredentials(local, CREDENTIALS);
    });
    expect(replicatedIndex).toBe(0);
    expect(await store.replicated.keys('')).toEqual([]);
  });
});
