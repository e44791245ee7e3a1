import { ReapplyPermissions } from './reapply-permissions';

describe("The permission to write a former reign's mutations anew", () => {
  let permissions: ReapplyPermissions;
  let done: number[];
  beforeEach(() => {
    permissions = new ReapplyPermissions();
    done = [];
  });

  const use = (index: number, { id = 'former', batch = 'one', now = 50, epoch = 1 } = {}) =>
    permissions.using(id, { batch, epoch, index }, now, async () => void done.push(index));
  const DENIED = {
    code: 'PERMISSION_DENIED',
    message: expect.stringContaining('primary/allow-reapply with id=former'),
  };

  it("is nobody's before an operator gives it", async () => {
    await expect(use(7)).rejects.toMatchObject(DENIED);
    permissions.allow('other', 100);
    await expect(use(7)).rejects.toMatchObject(DENIED);
    expect(done).toEqual([]);
  });

  it('is for one command, and for each mutation once', async () => {
    permissions.allow('former', 100);
    await use(7);
    await use(8);
    await expect(use(7)).rejects.toMatchObject({ message: 'the mutation 7 has been written anew already' });
    await use(7, { epoch: 2 });
    await expect(use(9, { batch: 'two' })).rejects.toMatchObject(DENIED);
    permissions.allow('former', 100);
    await use(9, { batch: 'two' });
    expect(done).toEqual([7, 8, 7, 9]);
  });

  it('is used up by no failure', async () => {
    permissions.allow('former', 100);
    await expect(
      permissions.using('former', { batch: 'one', epoch: 1, index: 7 }, 50, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await use(7);
    expect(done).toEqual([7]);
  });

  it('ends in time, and when its secondary is revoked', async () => {
    permissions.allow('former', 100);
    permissions.allow('another', 200);
    expect(permissions.list(100)).toEqual([
      { id: 'another', until: 200 },
      { id: 'former', until: 100 },
    ]);
    await use(7, { now: 100 });
    await expect(use(8, { now: 101 })).rejects.toMatchObject(DENIED);
    expect(permissions.list(101)).toEqual([{ id: 'another', until: 200 }]);
    permissions.allow('former', 300);
    permissions.forget('former');
    await expect(use(8)).rejects.toMatchObject(DENIED);
  });
});
