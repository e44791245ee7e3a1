import { TidelockError } from '@tidelock/kernel';
import { notOnSecondary, type ReplicatedChange } from '@tidelock/core/scope';
import { loadedRoom, mountsRoom, refusalOf, replicatedMount } from '../mounts-room.testing';
import type { MemoryStore } from '../memory-store.testing';
import { mountKey } from '../records/mount-records';

describe('MountAdmin on a secondary', () => {
  const secondary = async (forwarding: boolean) => {
    const policy = {
      refuseReplicated: (change: ReplicatedChange) =>
        forwarding ? undefined : notOnSecondary(change, 'http://p:8200'),
    };
    const { memory, enable } = await loadedRoom();
    await enable('shared');
    const room = mountsRoom({ policy, store: memory });
    await room.table.load();
    memory.readOnly = true;
    return room;
  };
  const changes = ({ run, admin, enable }: Awaited<ReturnType<typeof secondary>>) => ({
    add: () => enable('new'),
    unmount: () => run((scope) => admin.disable(scope, 'secret', 'shared')),
    tune: () => run((scope) => admin.tune(scope, 'secret', 'shared', { description: 'd' })),
    remount: () => run((scope) => admin.remount(scope, 'shared', 'elsewhere')),
  });

  it('refuses to change replicated mounts, and says where it can be done', async () => {
    const room = await secondary(false);
    const { add, unmount, tune, remount } = changes(room);
    expect(await refusalOf(add())).toEqual([
      'cannot add a non-local mount to a replication secondary',
      'enable it on the primary at http://p:8200, or here with local=true',
    ]);
    for (const [verb, change] of Object.entries({ unmount, tune, remount })) {
      expect(await refusalOf(change())).toEqual([
        `cannot ${verb} a non-local mount on a replication secondary`,
        'change it on the primary at http://p:8200',
      ]);
    }
  });

  it('hands them to the primary where it is told to, and revokes nothing here before', async () => {
    const room = await secondary(true);
    const left: string[] = [];
    room.table.onUnmount(async ({ path }) => void left.push(path));
    for (const change of Object.values(changes(room)))
      await expect(change()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    expect(left).toEqual([]);
  });

  it('hands changes of mounts to it that it does not know: it may be late, and the mount be there', async () => {
    const { run, admin } = await secondary(true);
    const unknown = [
      () => run((scope) => admin.disable(scope, 'secret', 'unknown')),
      () => run((scope) => admin.tune(scope, 'secret', 'unknown', { description: 'd' })),
      () => run((scope) => admin.remount(scope, 'unknown', 'elsewhere')),
    ];
    for (const change of unknown) await expect(change()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    const taken = () => run((scope) => admin.enable(scope, { kind: 'secret', path: 'shared', type: 'kv' }));
    await expect(taken()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
  });

  describe('from which a mount is taken by the stream', () => {
    const HERE = 'entry/from-primary/here/seat';
    const INTENT = 'core/intent/1';
    const MINUTE = 60_000;
    const hiding = async (what: 'lease' | 'intent' | 'nothing', behindFirstStep?: (memory: MemoryStore) => void) => {
      const room = await secondary(true);
      const { memory, table } = room;
      memory.stream(replicatedMount('seats/'));
      await table.caughtUp();
      if (what === 'lease') memory.leased.add('kv_from-primary');
      await memory.transact(async ({ local }) => {
        local.put('record', { key: HERE, value: Buffer.from('x') });
        if (what === 'intent') local.put('record', { key: INTENT, value: Buffer.from('{"mount":"from-primary"}') });
        if (behindFirstStep === undefined) return;
        for (let n = 0; n < 1500; n += 1) local.put('record', { key: `${HERE}/${n}`, value: Buffer.from('x') });
      });
      memory.store.onCommit({
        committed: ({ localRows }) => localRows.length === 1000 && behindFirstStep?.(memory),
        reloaded: () => undefined,
      });
      await room.runtime.root.begin(room.admin.purger);
      memory.stream({ [mountKey('from-primary')]: null });
      await table.caughtUp();
      await room.runtime.advance(0);
      return room;
    };
    const isThere = ({ memory }: Awaited<ReturnType<typeof hiding>>) => memory.records.local.has(HERE);
    const marks = ({ memory }: Awaited<ReturnType<typeof hiding>>) =>
      [...memory.records.local.keys()].filter((key) => key.startsWith('core/unmounted/'));

    it('deletes what it stored here alone', async () => {
      const room = await hiding('nothing');
      expect([isThere(room), marks(room)]).toEqual([false, []]);
    });

    it('keeps that for leases of it, until they are gone', async () => {
      const room = await hiding('lease');
      await room.runtime.advance(MINUTE);
      expect(isThere(room)).toBe(true);
      room.memory.leased.clear();
      await room.runtime.advance(MINUTE);
      expect([isThere(room), marks(room)]).toEqual([false, []]);
    });

    it('keeps it for what it had brought about outside, likewise', async () => {
      const room = await hiding('intent');
      expect(isThere(room)).toBe(true);
      await room.memory.transact(async ({ local }) => local.delete('record', INTENT));
      await room.runtime.advance(MINUTE);
      expect(isThere(room)).toBe(false);
    });

    it('keeps it for good where the mount comes back', async () => {
      const room = await hiding('lease');
      room.memory.stream(replicatedMount('seats/'));
      await room.table.caughtUp();
      room.memory.leased.clear();
      await room.runtime.advance(MINUTE);
      expect([isThere(room), marks(room)]).toEqual([true, []]);
    });

    it('keeps what is left of it where the mount comes back while it is being deleted', async () => {
      const room = await hiding('nothing', (memory) => memory.stream(replicatedMount('seats/')));
      const left = [...room.memory.records.local.keys()].filter((key) => key.startsWith(HERE));
      expect([left.length, marks(room)]).toEqual([501, []]);
    });

    it('deletes it where the mount comes back and goes once more while it is looked at', async () => {
      const room = await hiding('lease');
      const { memory, table, runtime } = room;
      memory.stream(replicatedMount('seats/'));
      await table.caughtUp();
      memory.leased.clear();
      const transact = memory.transact.bind(memory);
      let units = 0;
      memory.transact = async (work) => {
        units += 1;
        // The last one of the run.
        if (units === 3) {
          memory.stream({ [mountKey('from-primary')]: null });
          await table.caughtUp();
        }
        return transact(work);
      };
      await runtime.advance(MINUTE);
      await runtime.advance(MINUTE);
      expect([isThere(room), marks(room)]).toEqual([false, []]);
    });

    it('goes on after a restart with a deletion that a seal has cut off', async () => {
      const { memory } = await hiding('nothing', () => {
        throw new TidelockError('SEALED');
      });
      const again = mountsRoom({ store: memory });
      await again.table.load();
      await again.runtime.root.begin(again.admin.purger);
      await again.runtime.advance(0);
      expect([...memory.records.local.keys()].filter((key) => !key.startsWith('mount/'))).toEqual([]);
    });

    it('keeps it over a restart', async () => {
      const { memory } = await hiding('lease');
      const again = mountsRoom({ store: memory });
      await again.table.load();
      await again.runtime.root.begin(again.admin.purger);
      await again.runtime.advance(MINUTE);
      expect(memory.records.local.has(HERE)).toBe(true);
      memory.leased.clear();
      await again.runtime.advance(MINUTE);
      expect(memory.records.local.has(HERE)).toBe(false);
    });
  });

  it('changes local mounts as it likes', async () => {
    const { enable, run, admin, table } = await secondary(false);
    await enable('mine', { local: true });
    await run((scope) => admin.tune(scope, 'secret', 'mine', { description: 'd' }));
    await run((scope) => admin.remount(scope, 'mine', 'mine-too'));
    expect(table.at('mine-too/')?.description).toBe('d');
    await run((scope) => admin.disable(scope, 'secret', 'mine-too'));
    expect(table.at('mine-too/')).toBeUndefined();
  });
});
