import { begin, end } from '@tidelock/core/runtime/testing';
import { once } from 'node:events';
import { closeAll, many, newPrimary, newSecondary, startAndCatchUp, TOPIC } from '../specs/memory-set.testing';

afterEach(closeAll);

/** A secondary with 20 of 21 mutations. */
async function stoppedBeforeTheLast() {
  const primary = await newPrimary();
  await primary.published(await many(primary, 20));
  const secondary = await newSecondary(primary);
  await startAndCatchUp(secondary);
  await end(secondary.follower);
  await primary.published(await primary.write('entry/m/late', 'y'));
  return { primary, secondary };
}

describe('StreamFollower stops', () => {
  it('while it streams, and applies nothing any more', async () => {
    const { secondary } = await stoppedBeforeTheLast();
    expect(secondary.transport.following).toBe(false);
    expect(secondary.store.position().replicatedIndex).toBe(20);
  });

  it('and applies nothing of what reaches it late', async () => {
    const { primary, secondary } = await stoppedBeforeTheLast();
    const { messages } = primary.broker.topic(TOPIC);
    const late = [{ offset: String(messages.length - 1), value: messages.at(-1) as Buffer }];
    await expect(secondary.transport.follows[0]?.take(late, async () => undefined)).rejects.toMatchObject({
      code: 'SEALED',
    });
    expect(secondary.store.position().replicatedIndex).toBe(20);
  });

  it('right after it was started', async () => {
    const primary = await newPrimary();
    const early = await newSecondary(primary);
    await begin(early.follower);
    await end(early.follower);
    expect(early.transport.follows).toEqual([]);
  });

  it('at the very end of a copy, and does not begin to stream', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    const moveTo = secondary.store.moveTo.bind(secondary.store);
    const moving = new Promise<void>((resolve) => {
      jest.spyOn(secondary.store, 'moveTo').mockImplementation((position) => {
        resolve();
        return moveTo(position);
      });
    });
    await begin(secondary.follower);
    await moving;
    await end(secondary.follower);
    expect(secondary.transport.follows).toEqual([]);
  });

  it('while it waits for the primary to come back', async () => {
    const primary = await newPrimary();
    const secondary = await newSecondary(primary);
    jest.spyOn(secondary.peer, 'root').mockRejectedValue(new Error('no primary'));
    await begin(secondary.follower);
    await once(secondary.events, 'warning');
    await end(secondary.follower);
    expect(secondary.transport.follows).toEqual([]);
  });

  it('at a mutation that cannot be applied', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary, {
      decode: () => {
        throw new Error('no');
      },
    });
    await startAndCatchUp(secondary);
    const poisoned = once(secondary.applier, 'poison');
    await primary.write('entry/m/a', 'y');
    await poisoned;
    await end(secondary.follower);
    expect(secondary.transport.following).toBe(false);
  });
});
