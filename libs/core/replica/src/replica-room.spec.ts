import { Barrier, generateRootKey } from '@tidelock/barrier';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { Replica } from './replica-room';
import { readState, writeState } from './state-header';

const rootKey = generateRootKey();
const keyring = Barrier.newKeyring(rootKey, 0);

function openBarrier(): Barrier {
  const barrier = new Barrier();
  barrier.unseal(rootKey, keyring);
  return barrier;
}

/** A replica in set `set-1` that has applied everything up to index 10. */
function room({ allowForwardingViaHeader = false, setId = 'set-1', applied = 10, isSecondary = true } = {}) {
  const waits: [number, number][] = [];
  const store = {
    position: () => ({ localIndex: 500, replicatedIndex: applied }),
    waitForIndex: async (index: number, milliseconds: number) => {
      waits.push([index, milliseconds]);
      return index <= applied;
    },
  } as unknown as Store;
  const node = { isSecondary, stateClusterId: (own: string) => setId || own } as unknown as ReplicationNode;
  const barrier = openBarrier();
  const settings = { waitMilliseconds: 500, allowForwardingViaHeader, clusterId: () => 'own-cluster' };
  const replica = new Replica(node, store, barrier, settings, { note: () => undefined });
  const header = (replicatedIndex: number, clusterId = 'set-1', localIndex = 99) =>
    writeState({ clusterId, localIndex, replicatedIndex }, openBarrier().derive('x-vault-index'));
  return { replica, barrier, waits, header };
}

const MISSING = expect.objectContaining({
  code: 'REQUIRED_STATE_MISSING',
  status: 412,
  errors: ['1 error occurred:\n\t* required index state not present\n\n'],
});

describe('Replica', () => {
  it('lets a request pass whose states have arrived', async () => {
    const { replica, header, waits } = room();
    expect(await replica.checkConsistency([header(10), header(3)], {})).toBe('here');
    expect(waits).toEqual([]);
  });

  it('waits a little for a state that is on its way, then answers 412', async () => {
    const { replica, header, waits } = room();
    await expect(replica.checkConsistency([header(11)], {})).rejects.toEqual(MISSING);
    expect(waits).toEqual([[11, 500]]);
  });

  it('does not wait where nothing is on its way', async () => {
    const { replica, header, waits } = room({ isSecondary: false });
    await replica.checkConsistency([header(10)], {});
    waits.length = 0;
    await expect(replica.checkConsistency([header(11)], {})).rejects.toEqual(MISSING);
    expect(waits).toEqual([]);
  });

  it('wants every state named, and waits for all of them at the same time', async () => {
    const { replica, header, waits } = room();
    await expect(replica.checkConsistency([header(10), header(12), header(11)], {})).rejects.toEqual(MISSING);
    expect(waits.map(([index]) => index)).toEqual([10, 12, 11]);
  });

  it('compares replicated state only: what another cluster committed locally is not here to wait for', async () => {
    const { replica, header, waits } = room();
    expect(await replica.checkConsistency([header(10, 'set-1', 1_000_000)], {})).toBe('here');
    expect(waits).toEqual([]);
  });

  it('learns nothing from a state of another set', async () => {
    const { replica, header, waits } = room();
    expect(await replica.checkConsistency([header(1_000_000, 'set-2')], {})).toBe('here');
    expect(waits).toEqual([]);
  });

  it.each([
    ['forged', Buffer.from(`v1:set-1:1:1:${'0'.repeat(64)}`).toString('base64')],
    ['no state at all', 'x'],
    ['empty', ''],
  ])('answers 412 to a state that is %s', async (_, state) => {
    const { replica } = room();
    await expect(replica.checkConsistency([state], {})).rejects.toEqual(MISSING);
  });

  it.each([
    [
      'X-Vault-Forward',
      { 'x-vault-forward': 'active-node' },
      'forwarding via header X-Vault-Forward disabled in configuration',
    ],
    [
      'X-Vault-Inconsistent',
      { 'x-vault-inconsistent': 'forward-active-node' },
      'forwarding via header X-Vault-Inconsistent=forward-active-node disabled in configuration',
    ],
  ])('refuses %s unless the configuration allows it', async (_, headers, text) => {
    const { replica, header } = room();
    await expect(replica.checkConsistency([header(10)], headers)).rejects.toMatchObject({
      status: 400,
      errors: [text],
    });
    const lenient = room({ allowForwardingViaHeader: true });
    expect(await lenient.replica.checkConsistency([lenient.header(10)], headers)).toBe('here');
  });

  describe('with X-Vault-Inconsistent: forward-active-node allowed', () => {
    const FORWARD = { 'x-vault-inconsistent': 'forward-active-node' };

    it('sends a secondary that lacks a state to the primary, at once', async () => {
      const { replica, header, waits } = room({ allowForwardingViaHeader: true });
      expect(await replica.checkConsistency([header(3), header(11)], FORWARD)).toBe('primary');
      expect(waits).toEqual([]);
    });

    it('answers here what is here, and what belongs to another set', async () => {
      const { replica, header } = room({ allowForwardingViaHeader: true });
      expect(await replica.checkConsistency([header(10), header(1_000_000, 'set-2')], FORWARD)).toBe('here');
    });

    it('sends nobody anywhere for a forged state', async () => {
      const { replica, header } = room({ allowForwardingViaHeader: true });
      await expect(replica.checkConsistency([header(11), 'x'], FORWARD)).rejects.toEqual(MISSING);
    });

    it('waits on a primary, and for "fail"', async () => {
      const primary = room({ allowForwardingViaHeader: true, isSecondary: false });
      await expect(primary.replica.checkConsistency([primary.header(11)], FORWARD)).rejects.toEqual(MISSING);
      const secondary = room({ allowForwardingViaHeader: true });
      await expect(
        secondary.replica.checkConsistency([secondary.header(11)], { 'x-vault-inconsistent': 'fail' }),
      ).rejects.toEqual(MISSING);
    });
  });

  it('does not mind X-Vault-Inconsistent where no state is named', async () => {
    expect(await room().replica.checkConsistency([], { 'x-vault-inconsistent': 'forward-active-node' })).toBe('here');
  });

  it('writes states that every cluster of the set reads', () => {
    const { replica } = room();
    expect(readState(replica.stateHeader(7, 5), openBarrier().derive('x-vault-index'))).toEqual({
      clusterId: 'set-1',
      localIndex: 7,
      replicatedIndex: 5,
    });
  });

  it('writes states of its own while it is in no set', () => {
    const { replica } = room({ setId: '' });
    expect(readState(replica.stateHeader(7, 5), openBarrier().derive('x-vault-index'))?.clusterId).toBe('own-cluster');
  });

  it('takes the key of another keyring once it was told to forget the old one', () => {
    const { replica, barrier } = room();
    const before = replica.stateHeader(1, 1);
    barrier.seal();
    const otherRoot = generateRootKey();
    barrier.unseal(otherRoot, Barrier.newKeyring(otherRoot, 0));
    replica.forgetKey();
    expect(replica.stateHeader(1, 1)).not.toBe(before);
  });

  it('waits for an index as long as the configuration says', async () => {
    const { replica, waits } = room();
    expect([await replica.awaitIndex(10), await replica.awaitIndex(11)]).toEqual([true, false]);
    expect(waits).toEqual([
      [10, 500],
      [11, 500],
    ]);
  });

  it('is a secondary when its node is', () => {
    expect(room().replica.isSecondary).toBe(true);
  });
});
