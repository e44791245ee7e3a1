import {
  closeAll,
  expectEqualAt,
  many,
  newPrimary,
  newSecondary,
  type Secondary,
  startAndCatchUp,
} from '../specs/memory-set.testing';

afterEach(closeAll);

/** A secondary that follows, and whether it has asked its primary for a comparison since. */
async function following(during: (secondary: Secondary) => void = () => undefined) {
  const primary = await newPrimary();
  await primary.published(await many(primary, 20));
  const secondary = await newSecondary(primary);
  const comparing = jest.spyOn(secondary.peer, 'root');
  const { root } = secondary.peer;
  comparing.mockImplementationOnce(async () => {
    during(secondary);
    return root.call(secondary.peer);
  });
  await startAndCatchUp(secondary);
  const inStep = async () => expectEqualAt(await primary.write('entry/m/more', 'y'), secondary, primary);
  return { ...secondary, comparisons: () => comparing.mock.calls.length, inStep };
}

describe('a follower that is told to begin again', () => {
  it('compares with its primary where it is told to', async () => {
    const { follower, caughtUp, comparisons, inStep } = await following();
    const before = comparisons();
    const again = caughtUp();
    follower.restart('damage', true);
    await again;
    expect(comparisons()).toBeGreaterThan(before);
    await inStep();
  });

  it('does so again where it is told to during a comparison, which may have looked there already', async () => {
    const once = await following();
    const twice = await following(({ follower }) => follower.restart('damage', true));
    expect(twice.comparisons()).toBeGreaterThan(once.comparisons());
    expect([twice.warnings, twice.transport.follows.length]).toEqual([['damage'], 1]);
    await twice.inStep();
  });

  it('goes on without a comparison where it is trusted, once', async () => {
    const { follower, applier, caughtUp, comparisons, inStep } = await following();
    const before = comparisons();
    let again = caughtUp();
    follower.restart('recover', false);
    await again;
    expect(comparisons()).toBe(before);
    again = caughtUp();
    applier.emit('gap', undefined as never);
    await again;
    expect(comparisons()).toBeGreaterThan(before);
    await inStep();
  });

  it('is trusted no further than the comparison during which it is told so', async () => {
    const { applier, caughtUp, comparisons } = await following(({ follower }) => follower.restart('recover', false));
    const before = comparisons();
    const again = caughtUp();
    applier.emit('gap', undefined as never);
    await again;
    expect(comparisons()).toBeGreaterThan(before);
  });

  it('compares all the same where it has left the stream for a gap', async () => {
    const { follower, applier, caughtUp, comparisons } = await following();
    const before = comparisons();
    const again = caughtUp();
    applier.emit('gap', undefined as never);
    follower.restart('recover', false);
    await again;
    expect(comparisons()).toBeGreaterThan(before);
  });

  it('compares all the same where it is told to behind that', async () => {
    const { follower, caughtUp, comparisons } = await following();
    const before = comparisons();
    const again = caughtUp();
    follower.restart('recover', false);
    follower.restart('damage', true);
    await again;
    expect(comparisons()).toBeGreaterThan(before);
  });
});
