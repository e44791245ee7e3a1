import type { Task } from '@tidelock/core/runtime';
import { NO_ROLE } from '../membership/role-store';
import { RoleChanges } from './role-changes';

describe('RoleChanges', () => {
  let changes: RoleChanges;
  let events: string[];
  /** Ends each taking up of the stored role. */
  let takenUp: () => Promise<void>;
  const { signal } = new AbortController();

  beforeEach(() => {
    events = [];
    takenUp = async () => undefined;
    changes = new RoleChanges({
      start: async ({ mode }) => void events.push(`start ${mode}`),
      takeUp: () => (events.push('take up'), takenUp()),
      over: () => void events.push('over'),
    });
    changes.liveIn({ wake: (task: Task) => void Promise.resolve(task.run(signal)).catch(() => undefined) });
  });

  it('does one at a time, and tells when it is over', async () => {
    let end: () => void = () => undefined;
    const first = changes.once(() => new Promise<void>((resolve) => (end = resolve)));
    expect(changes.isUnderWay).toBe(true);
    await expect(changes.once(async () => undefined)).rejects.toMatchObject({
      status: 400,
      message: 'another change of the replication role is under way',
    });
    end();
    await first;
    expect(changes.isUnderWay).toBe(false);
    expect(events).toEqual(['over']);
  });

  it('stops writes for as long as a change holds them', async () => {
    const seen: boolean[] = [];
    await changes.withoutWrites(async () => seen.push(changes.stopsWrites));
    await changes.once(async () => seen.push(changes.stopsWrites));
    expect([...seen, changes.stopsWrites]).toEqual([true, false, false]);
  });

  it('starts the role that a change returns, if any', async () => {
    await changes.once(() => changes.orRecover(async () => ({ ...NO_ROLE, mode: 'primary' })));
    await changes.once(() => changes.orRecover(async () => undefined));
    expect(events).toEqual(['start primary', 'over', 'over']);
  });

  it('takes up the role that is stored where a change fails, refuses others and writes until then, and throws the failure', async () => {
    let end: () => void = () => undefined;
    takenUp = () => new Promise<void>((resolve) => (end = resolve));
    const failing = changes.once(() => changes.orRecover(() => Promise.reject(new Error('half-way'))));
    await new Promise(setImmediate);
    expect([events, changes.isUnderWay, changes.stopsWrites]).toEqual([['take up'], true, true]);
    end();
    await expect(failing).rejects.toThrow('half-way');
    expect([events, changes.isUnderWay, changes.stopsWrites]).toEqual([['take up', 'over'], false, false]);
  });

  it.each(['SEALED', 'STORAGE_UNAVAILABLE'] as const)(
    'has a change end with %s that was interrupted so, and takes nothing up behind it',
    async (code) => {
      const change = async () => {
        changes.interrupt(code);
        changes.requireNoInterruption();
      };
      await expect(changes.once(() => changes.orRecover(change))).rejects.toMatchObject({ code });
      expect([events, changes.isUnderWay]).toEqual([['over'], false]);
    },
  );

  it('gives a recovery up that is interrupted', async () => {
    takenUp = () => new Promise(() => undefined);
    const failing = changes.once(() => changes.orRecover(() => Promise.reject(new Error('half-way'))));
    await new Promise(setImmediate);
    changes.interrupt('SEALED');
    await expect(failing).rejects.toThrow('half-way');
    expect(changes.isUnderWay).toBe(false);
  });
});
