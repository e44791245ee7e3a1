import { gather } from './gather';

/** Far more than one slice has, and an end where nobody else ever runs. */
const MOST_PIECES = 5_000_000;

/** As many pieces as it takes until somebody else has run. */
function* piecesUntil(done: () => boolean): Generator<string> {
  yield 'a';
  for (let pieces = 0; !done() && pieces < MOST_PIECES; pieces += 1) yield '';
  yield done() ? 'c' : 'nobody has run';
}

it('puts pieces together in their order', async () => {
  expect(await gather(['a', '', 'b', 'c'])).toBe('abc');
  expect(await gather([])).toBe('');
});

it('lets others run before the last piece is there', async () => {
  let hasRun = false;
  setImmediate(() => (hasRun = true));
  expect(await gather(piecesUntil(() => hasRun))).toBe('ac');
});
