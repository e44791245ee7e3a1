import { begin, end, TestRuntime } from '@tidelock/core/runtime/testing';
import { once } from 'node:events';
import { decodeMutation } from '@tidelock/store';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { Backoff } from '../domain/backoff';
import { writeSyncNote } from '../apply/sync-note';
import {
  closeAll,
  expectEqualAt,
  many,
  newPrimary,
  newSecondary,
  PATIENCE_MS,
  startAndCatchUp,
  TOPIC,
} from '../specs/memory-set.testing';

afterEach(closeAll);

describe('StreamFollower', () => {
  it('copies the primary, says so, and follows it', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 30));
    const secondary = await newSecondary(primary);
    await startAndCatchUp(secondary);
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
    expect(secondary.follower.status()).toMatchObject({
      state: 'stream-wals',
      lastStart: expect.any(Number),
      progress: undefined,
      poison: undefined,
    });
    await expectEqualAt(await primary.write('entry/m/later', 'y'), secondary, primary);
    expect(secondary.transport.follows).toEqual([expect.objectContaining({ topic: TOPIC, group: 'g' })]);
  });

  it('tells why the broker cannot be read, once an outage, until it can again', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 1));
    const { follower, transport, warnings, ...secondary } = await newSecondary(primary);
    await startAndCatchUp({ follower, transport, warnings, ...secondary });
    const { onTrouble } = transport.follows[0] as { onTrouble: (reason: string | undefined) => void };
    for (const reason of ['refused', 'refused', 'away']) onTrouble(reason);
    expect(follower.status()).toMatchObject({ brokerUp: false, lastError: 'away' });
    expect(warnings).toEqual(['refused']);
    onTrouble(undefined);
    expect(follower.status()).toMatchObject({ brokerUp: true, lastError: undefined });
  });

  it('has its reader of the broker looked after', async () => {
    const { follower } = await newSecondary(await newPrimary());
    const watch = jest.spyOn(MemoryStreamConsumer.prototype, 'watch');
    const runtime = new TestRuntime(0);
    await runtime.root.begin({ name: 'stream', tasks: follower.tasks.filter(({ name }) => name === 'watch') });
    await runtime.advance(10_000);
    expect(watch).toHaveBeenCalledTimes(3);
    await runtime.root.end();
  });

  it('is comparing before it streams', async () => {
    const primary = await newPrimary();
    const secondary = await newSecondary(primary);
    expect(secondary.follower.status()).toMatchObject({ state: 'merkle-diff', lastStart: undefined });
  });

  it('goes on from its position after a restart, without a copy', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const before = await newSecondary(primary);
    await startAndCatchUp(before);
    await expectEqualAt(await primary.write('entry/m/a', 'y'), before, primary);
    await end(before.follower);
    const index = await many(primary, 5, 'z');
    const after = await newSecondary(primary, { store: before.store });
    const root = jest.spyOn(after.peer, 'root');
    await startAndCatchUp(after);
    await expectEqualAt(index, after, primary);
    expect(root).not.toHaveBeenCalled();
    expect(after.transport.follows[0]?.brokerOffset).not.toBe('');
  });

  it('goes on with a first copy that a restart broke off', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 30));
    const secondary = await newSecondary(primary);
    await secondary.store.applySync([], ({ local }) => writeSyncNote(local, { phase: 'copy' }));
    await secondary.store.moveTo(primary.publisher.position());
    const scan = jest.spyOn(secondary.peer, 'scan');
    await startAndCatchUp(secondary);
    expect(scan).toHaveBeenCalled();
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
  });

  it('compares with the primary when the stream has a gap, and follows it again', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    await startAndCatchUp(secondary);
    // What retention cannot do: a message vanishes from the middle.
    const append = primary.broker.append.bind(primary.broker);
    jest.spyOn(primary.broker, 'append').mockImplementationOnce(() => '');
    await primary.write('entry/m/lost', 'y');
    await primary.published(21);
    primary.broker.append = append;
    const again = secondary.caughtUp();
    const index = await primary.write('entry/m/next', 'y');
    await again;
    await expectEqualAt(index, secondary, primary);
    expect(secondary.warnings).toEqual(['gap']);
    expect(await secondary.store.replicated.get('entry/m/lost')).toEqual(Buffer.from('y'));
    await expectEqualAt(await primary.write('entry/m/more', 'y'), secondary, primary);
    expect(secondary.follower.status().state).toBe('stream-wals');
  });

  it('reads the topic again when the broker has lost its end and the primary is away', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    await startAndCatchUp(secondary);
    await expectEqualAt(await primary.write('entry/m/a', 'y'), secondary, primary);
    await end(secondary.follower);
    // The secondary has read it, and its offset goes to the next one.
    primary.broker.topic(TOPIC).messages.pop();
    await primary.published(await primary.write('entry/m/b', 'y'));
    const index = await primary.write('entry/m/c', 'y');
    await primary.published(index);
    const after = await newSecondary(primary, { store: secondary.store });
    const root = jest.spyOn(after.peer, 'root').mockRejectedValue(new Error('no primary'));
    await begin(after.follower);
    await expectEqualAt(index, after, primary);
    expect(root).toHaveBeenCalledTimes(1);
    expect(after.follower.status().state).toBe('stream-wals');
  });

  it('compares when the broker has forgotten what comes next', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const before = await newSecondary(primary);
    await startAndCatchUp(before);
    await end(before.follower);
    const index = await many(primary, 20, 'y');
    await primary.published(index);
    primary.broker.dropBefore(TOPIC, 35);
    const after = await newSecondary(primary, { store: before.store });
    await begin(after.follower);
    await expectEqualAt(index, after, primary);
    await expectEqualAt(await primary.write('entry/m/more', 'y'), after, primary);
    expect(after.warnings).toEqual(['offset out of range']);
  });

  it('stands still at a mutation that it cannot apply, names it, and goes on when told to skip it', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    let poisonous = true;
    const decode = (body: Buffer) => {
      const mutation = decodeMutation(body);
      if (poisonous && mutation.records.some(({ key }) => key === 'entry/m/poison')) throw new Error('cannot be read');
      return mutation;
    };
    const secondary = await newSecondary(primary, { decode });
    await startAndCatchUp(secondary);
    const poisoned = once(secondary.applier, 'poison');
    const at = await primary.write('entry/m/poison', 'y');
    const index = await primary.write('entry/m/after', 'y');
    await poisoned;
    expect(secondary.follower.status()).toMatchObject({
      state: 'idle',
      poison: { index: at, reason: 'cannot be read' },
    });
    expect(secondary.store.position().replicatedIndex).toBe(at - 1);
    expect(secondary.warnings).toEqual([]);
    poisonous = false;
    expect(await secondary.applier.skipPoison()).toBe(at);
    expect(await secondary.store.waitForIndex(index, PATIENCE_MS)).toBe(true);
    expect(secondary.follower.status()).toMatchObject({ state: 'stream-wals', poison: undefined });
    expect(await secondary.store.replicated.get('entry/m/poison')).toBeUndefined();
  });

  it('repairs a replica that differs at a checkpoint', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    await startAndCatchUp(secondary);
    await secondary.store.applySync([{ key: 'entry/m/stray', value: Buffer.from('from nowhere') }]);
    const again = secondary.caughtUp();
    secondary.applier.emit('diverged', { index: 20, expected: 'a', found: 'b' });
    await again;
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
    expect(secondary.warnings).toEqual(['diverged']);
  });

  it('knows over a restart what it lacks, and until the stream brings it', async () => {
    const primary = await newPrimary();
    await primary.write('entry/m/damaged', 'y');
    await primary.published(await many(primary, 20));
    const before = await newSecondary(primary);
    const fetch = before.peer.fetch.bind(before.peer);
    jest
      .spyOn(before.peer, 'fetch')
      .mockImplementation(async (keys) =>
        (await fetch(keys)).map((record) =>
          record.key === 'entry/m/damaged' ? { key: record.key, value: null, damaged: true as const } : record,
        ),
      );
    await startAndCatchUp(before);
    await before.store.applySync([{ key: 'entry/m/damaged', value: null }]);
    const again = before.caughtUp();
    before.applier.emit('diverged', { index: 20, expected: 'a', found: 'b' });
    await again;
    expect(before.follower.status().difference).toMatchObject({ keys: ['entry/m/damaged'] });
    await end(before.follower);
    const after = await newSecondary(primary, { store: before.store });
    await startAndCatchUp(after);
    expect(after.follower.status().difference).toMatchObject({ keys: ['entry/m/damaged'] });
    await expectEqualAt(await primary.write('entry/m/damaged', 'z'), after, primary);
    after.applier.emit('agreed');
    expect(after.follower.status().difference).toBeUndefined();
    await end(after.follower);
    const last = await newSecondary(primary, { store: after.store });
    await startAndCatchUp(last);
    expect(last.follower.status().difference).toBeUndefined();
  });

  it('tries again when the primary or the broker cannot be reached', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    jest.spyOn(secondary.peer, 'root').mockRejectedValueOnce(new Error('no primary'));
    jest.spyOn(secondary.transport, 'follow').mockRejectedValueOnce(new Error('no broker'));
    await startAndCatchUp(secondary);
    expect(secondary.warnings).toEqual(['no primary', 'no broker']);
    await expectEqualAt(await primary.write('entry/m/more', 'y'), secondary, primary);
  });

  it('tries again when its own store cannot be read at the start', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    jest.spyOn(secondary.store, 'streamPosition').mockRejectedValueOnce(new Error('no database'));
    await startAndCatchUp(secondary);
    expect(secondary.warnings).toEqual(['no database']);
  });

  it('pauses longer and longer while the stream leads nowhere', async () => {
    const primary = await newPrimary();
    await primary.published(await many(primary, 20));
    const secondary = await newSecondary(primary);
    const delays = jest.spyOn(Backoff.prototype, 'delay');
    jest.spyOn(secondary.transport, 'follow').mockImplementation(async ({ onOffsetOutOfRange }) => {
      onOffsetOutOfRange?.({ wanted: '99', low: '0', high: '1' });
    });
    await begin(secondary.follower);
    for (let i = 0; i < 3; i++) await once(secondary.events, 'warning');
    await end(secondary.follower);
    const [first = 0, second = 0, third = 0] = delays.mock.results.map(({ value }) => Number(value));
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
    delays.mockRestore();
  });
});
