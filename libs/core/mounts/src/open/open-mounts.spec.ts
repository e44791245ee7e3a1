import type { Alive, Life, Part } from '@tidelock/core/runtime';
import { silentLogger } from '@tidelock/kernel';
import type { OpenMount } from './open-mount';
import { OpenMounts } from './open-mounts';

const turn = (): Promise<void> => new Promise(setImmediate);

/** Parts of a mount that end when a test says so, and tell how long they are waited for. */
function room() {
  const begun: string[] = [];
  const patience: (number | undefined)[] = [];
  const ends: (() => void)[] = [];
  const alive: Alive = {
    end: (milliseconds) => {
      patience.push(milliseconds);
      return new Promise((resolve) => void ends.push(resolve));
    },
  };
  const begin = async ({ name }: Part): Promise<Alive> => (begun.push(name), alive);
  const life: Life = {
    signal: new AbortController().signal,
    wake: () => undefined,
    rerun: async () => undefined,
    begin,
  };
  const mount = { name: 'kv_1', isWrittenHere: true, writerTasks: [{ name: 'rotate', run: () => undefined }] };
  const left = jest.fn();
  const mounts = new OpenMounts(silentLogger);
  mounts.liveIn(life);
  void mounts.writers.start?.(life);
  const open = Object.assign(mount, { leave: () => undefined, leaveBehind: left }) as unknown as OpenMount;
  mounts.add(open);
  return { mounts, mount, open, begun, patience, left, end: () => ends.splice(0).forEach((end) => end()) };
}

describe('the parts of a mount', () => {
  it('are waited for with patience as it goes, and it is told when that is over', async () => {
    const { mounts, open, patience, left, begun, end } = room();
    expect(begun).toEqual(['kv_1', 'kv_1']);
    const removed = mounts.remove(open);
    await turn();
    expect(patience).toEqual([15_000, 15_000]);
    expect(left).not.toHaveBeenCalled();
    end();
    await removed;
    expect(left).toHaveBeenCalledTimes(1);
  });

  it("of the writer's tasks are waited for, however long, when another cluster writes it: its runs never overlap", async () => {
    const { mounts, mount, begun, patience, end } = room();
    for (const isWrittenHere of [false, true]) {
      mount.isWrittenHere = isWrittenHere;
      mounts.reconsider();
    }
    await turn();
    expect([patience, begun.length]).toEqual([[undefined], 2]);
    end();
    await turn();
    expect(begun).toHaveLength(3);
  });
});
