import { FairLine } from './fair-line';

const FULL = { status: 429, message: 'too many passwords are being checked; try again later' };

describe('FairLine', () => {
  let line: FairLine;
  let served: string[];
  let begun: (() => void)[];
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const come = (address: string, name = address): Promise<void> =>
    line.run(address, () => {
      served.push(name);
      return new Promise<void>((resolve) => begun.push(resolve));
    });
  const endOne = async (): Promise<void> => {
    begun.shift()?.();
    await turns();
  };

  beforeEach(() => {
    line = new FairLine({ atOnce: 2, mostWaiting: 4 });
    served = [];
    begun = [];
  });

  it('runs so many at a time, and the next ones as these end', async () => {
    const all = ['a', 'a', 'a', 'a'].map((address) => come(address));
    await turns();
    expect(served).toHaveLength(2);
    await endOne();
    expect(served).toHaveLength(3);
    while (begun.length > 0) await endOne();
    await expect(Promise.all(all)).resolves.toHaveLength(4);
    await expect(line.run('a', async () => 7)).resolves.toBe(7);
  });

  it('serves addresses by turns', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1']) void come(name.charAt(0), name);
    while (begun.length > 0 || served.length < 6) await endOne();
    expect(served).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4']);
  });

  it('gives all room to one address, but not at the cost of another', async () => {
    const flood = Array.from({ length: 6 }, (_, at) => come('a', `a${at}`));
    await expect(come('a', 'a6')).rejects.toMatchObject(FULL);
    void come('b');
    await expect(flood[5]).rejects.toMatchObject(FULL);
    void come('b');
    await expect(flood[4]).rejects.toMatchObject(FULL);
    await expect(come('b')).rejects.toMatchObject(FULL);
    while (begun.length > 0) await endOne();
    expect(served).toEqual(['a0', 'a1', 'a2', 'b', 'a3', 'b']);
  });

  it('goes on after work that failed', async () => {
    await expect(
      Promise.all(Array.from({ length: 3 }, () => line.run('a', () => Promise.reject(new Error('no'))))),
    ).rejects.toThrow('no');
    await expect(line.run('a', async () => 1)).resolves.toBe(1);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2'],
    ['2001:db8::1', '2001:db8:0:0:5::'],
    ['::1', '::2'],
  ])('takes %s and %s for one', async (some, other) => {
    const flood = Array.from({ length: 6 }, (_, at) => come(at % 2 === 0 ? some : other));
    await expect(come(other)).rejects.toMatchObject(FULL);
    void come('2001:db8:1:3::1');
    await expect(flood[5]).rejects.toMatchObject(FULL);
  });

  it('takes IPv4 addresses in IPv6 form for different ones', async () => {
    const flood = Array.from({ length: 6 }, () => come('::ffff:10.0.0.1'));
    void come('::ffff:10.0.0.2');
    await expect(flood[5]).rejects.toMatchObject(FULL);
  });
});
