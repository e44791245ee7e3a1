import { gather } from './gather';

/** As many pieces as it takes until somebody else has run. */
function* piecesUntil(done: () => boolean): Generator<string> {
  yield 'a';
  while (!done()) yield 'b';
  yield 'c';
}

it('puts pieces together in their order', async () => {
  expect(await gather(['a', '', 'b', 'c'])).toBe('abc');
  expect(await gather([])).toBe('');
});

it('lets others run before the last piece is there', async () => {
  let hasRun = false;
  setImmediate(() => (hasRun = true));
  expect(await gather(piecesUntil(() => hasRun))).toMatch(/^ab*c$/);
});
