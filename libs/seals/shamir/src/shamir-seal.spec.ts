import { generateRootKey, wrapKeys } from '@tidelock/barrier';
import fc from 'fast-check';
import { shamirSeal } from './shamir-seal';

/** Multiplication in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, the field of Vault's shares. */
function times(a: number, b: number): number {
  let [product, left, right] = [0, a, b];
  while (right > 0) {
    if (right & 1) product ^= left;
    left = left & 0x80 ? (left << 1) ^ 0x11b : left << 1;
    right >>= 1;
  }
  return product;
}

const split = fc.integer({ min: 2, max: 8 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    t: fc.integer({ min: 2, max: n }),
    order: fc.shuffledSubarray(
      Array.from({ length: n }, (_, i) => i),
      { minLength: n },
    ),
  }),
);

describe('the Shamir seal', () => {
  it('opens with any shares that reach the threshold, in any order, and with none fewer', async () => {
    await fc.assert(
      fc.asyncProperty(split, async ({ n, t, order }) => {
        const rootKey = generateRootKey();
        const shares = await shamirSeal.newShares(n, t);
        const wrapped = await shamirSeal.wrap(rootKey, shares);
        const chosen = order.slice(0, t).map((i) => shares[i] as Buffer);
        expect(shares).toHaveLength(n);
        expect(await shamirSeal.unwrap(wrapped, chosen)).toEqual(rootKey);
        await expect(shamirSeal.unwrap(wrapped, chosen.slice(1))).rejects.toThrow();
      }),
      { numRuns: 40 },
    );
  });

  it('opens with shares computed from the definition: a line per byte, y bytes then the x byte', async () => {
    const rootKey = generateRootKey();
    const [unsealKey, slope] = [Buffer.alloc(32, 0xa7), Buffer.from(Array.from({ length: 32 }, (_, i) => 7 * i + 1))];
    const share = (x: number) => Buffer.from([...unsealKey.map((y, i) => y ^ times(slope[i] as number, x)), x]);
    const wrapped = wrapKeys(unsealKey, rootKey, 'root-key');
    expect(await shamirSeal.unwrap(wrapped, [share(200), share(3)])).toEqual(rootKey);
  });

  it('makes shares of 33 bytes, and hands out the key itself as the only share', async () => {
    const rootKey = generateRootKey();
    expect((await shamirSeal.newShares(5, 3)).map((share) => share.length)).toEqual([33, 33, 33, 33, 33]);
    const shares = await shamirSeal.newShares(1, 1);
    expect(shares.map((share) => share.length)).toEqual([32]);
    const wrapped = await shamirSeal.wrap(rootKey, shares);
    expect(await shamirSeal.unwrap(wrapped, shares)).toEqual(rootKey);
  });

  it('refuses a share that was changed, and none at all', async () => {
    const shares = await shamirSeal.newShares(3, 2);
    const wrapped = await shamirSeal.wrap(generateRootKey(), shares);
    const [first, second] = shares as [Buffer, Buffer, Buffer];
    first[0] = (first[0] as number) ^ 1;
    await expect(shamirSeal.unwrap(wrapped, [first, second])).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    await expect(shamirSeal.unwrap(wrapped)).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
  });
});
