import * as fc from 'fast-check';
import { openMessage, sealMessage } from './envelope';
import { StreamMessageRefusedError } from './errors';
import { type ChainPosition, FIRST_DIGEST, type Header, MESSAGE_KINDS } from './header';
import { isNextMutation, judge, StreamGapError } from './judge';
import { StreamKey } from './stream-key';
import { trailerOf, withTrailer } from './trailer';

const key = new StreamKey(Buffer.alloc(32, 7));
const keyOf = (id: string) => (id === key.id ? key : undefined);
const SET = 'a5b6f1f0-0000-4000-8000-1234567890ab';
const uint48 = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const header: fc.Arbitrary<Header> = fc.record({
  kind: fc.constantFrom(...MESSAGE_KINDS),
  set: fc.constant(SET),
  epoch: uint48,
  index: uint48,
  prev: uint48,
  prevDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  time: uint48,
});
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

const refusalOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof StreamMessageRefusedError) return error.reason;
    throw error;
  }
  return undefined;
};

const isApplied = (at: ChainPosition, next: Header): boolean => {
  try {
    return judge(at, next) === 'apply';
  } catch (error) {
    if (error instanceof StreamGapError) return false;
    throw error;
  }
};

/** A stream of `count` messages in order, each with a body of its own. */
function stream(count: number): { header: Header; bytes: Buffer }[] {
  let prevDigest = FIRST_DIGEST;
  return Array.from({ length: count }, (_, i) => {
    const head: Header = { kind: 'mutation', set: SET, epoch: 1, index: i + 1, prev: i, prevDigest, time: i };
    const { bytes, digest } = sealMessage(head, Buffer.from(`body ${i + 1}`), key);
    prevDigest = digest;
    return { header: head, bytes };
  });
}

describe('A sealed message', () => {
  it('gives back what was sealed, with the same digest on both sides', () => {
    fc.assert(
      fc.property(header, body, (head, plain) => {
        const sealed = sealMessage(head, plain, key);
        const opened = openMessage(sealed.bytes, SET, keyOf);
        expect(opened.header).toEqual(head);
        expect(opened.body.equals(plain)).toBe(true);
        expect(opened.digest.equals(sealed.digest)).toBe(true);
      }),
    );
  });

  it('has the same digest when it is sealed again, under whichever key', () => {
    fc.assert(
      fc.property(header, body, (head, plain) => {
        const [first, second] = [
          sealMessage(head, plain, key),
          sealMessage(head, plain, new StreamKey(Buffer.alloc(32, 8))),
        ];
        expect(first.digest.equals(second.digest)).toBe(true);
        expect(first.bytes.equals(second.bytes)).toBe(false);
      }),
    );
  });

  it('carries a trailer that is no part of what was sealed, and comes back as it was', () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
    const trailer = fc.record(
      {
        introduction: fc.record({ reignKey: bytes(32), memberKey: bytes(32), signature: bytes(64) }),
        signature: bytes(64),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(header, body, trailer, (head, plain, said) => {
        const sealed = sealMessage(head, plain, key, () => said);
        const opened = openMessage(sealed.bytes, SET, keyOf);
        expect(opened.trailer).toEqual(said);
        expect(opened.body.equals(plain)).toBe(true);
        expect(sealed.digest.equals(sealMessage(head, plain, key).digest)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(body, (some) => {
        try {
          const { trailer: found, length } = trailerOf(some);
          expect(withTrailer([some.subarray(0, length)], found).equals(some)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(StreamMessageRefusedError);
        }
      }),
    );
  });

  it('is refused when any one bit of it is flipped', () => {
    fc.assert(
      fc.property(header, body, fc.nat(), (head, plain, at) => {
        const { bytes } = sealMessage(head, plain, key);
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(refusalOf(() => openMessage(bytes, SET, keyOf))).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused when it is cut short or made longer', () => {
    fc.assert(
      fc.property(header, body, fc.nat(), (head, plain, at) => {
        const { bytes } = sealMessage(head, plain, key);
        expect(refusalOf(() => openMessage(bytes.subarray(0, at % bytes.length), SET, keyOf))).toBeDefined();
        expect(refusalOf(() => openMessage(Buffer.concat([bytes, Buffer.alloc(1)]), SET, keyOf))).toBe('forged');
      }),
    );
  });

  it('names why it is refused', () => {
    const { bytes } = sealMessage(
      { kind: 'mutation', set: SET, epoch: 1, index: 1, prev: 0, prevDigest: FIRST_DIGEST, time: 1 },
      Buffer.from('x'),
      key,
    );
    expect(refusalOf(() => openMessage(bytes, 'another set', keyOf))).toBe('foreign-set');
    expect(refusalOf(() => openMessage(bytes, SET, () => undefined))).toBe('unknown-key');
    expect(refusalOf(() => openMessage(bytes, SET, () => new StreamKey(Buffer.alloc(32, 9))))).toBe('forged');
    expect(refusalOf(() => openMessage(Buffer.from('garbage'), SET, keyOf))).toBe('bad-format');
    expect(refusalOf(() => openMessage(Buffer.alloc(0), SET, keyOf))).toBe('bad-format');
    const newer = Buffer.from(bytes);
    newer.writeUInt8(3, 2);
    expect(refusalOf(() => openMessage(newer, SET, keyOf))).toBe('newer-format');
  });
});

describe('A chain of messages', () => {
  it('lets a reader apply exactly the longest unbroken run, whatever is dropped, doubled or reordered', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 25 }), (order) => {
        const messages = stream(10);
        let at: ChainPosition = { epoch: 1, index: 0, digest: FIRST_DIGEST };
        let expected = 0;
        for (const place of order) {
          const opened = openMessage((messages[place] as { bytes: Buffer }).bytes, SET, keyOf);
          if (place + 1 > expected + 1) {
            expect(() => judge(at, opened.header)).toThrow(StreamGapError);
            continue;
          }
          expect(judge(at, opened.header)).toBe(place + 1 === expected + 1 ? 'apply' : 'skip');
          if (place !== expected) continue;
          expected++;
          at = { epoch: 1, index: opened.header.index, digest: opened.digest };
        }
      }),
    );
  });

  it('does not take a message of another history with the right index', () => {
    const [first] = stream(1);
    const fork: ChainPosition = { epoch: 1, index: 0, digest: Buffer.alloc(32, 1) };
    expect(() => judge(fork, (first as { header: Header }).header)).toThrow(StreamGapError);
  });

  it('has as its next mutation just what is a mutation and may be applied', () => {
    const near = fc.nat(2);
    const place = fc.record({ epoch: near, index: near, digest: fc.constant(FIRST_DIGEST) });
    const following = fc.record({
      kind: fc.constantFrom(...MESSAGE_KINDS),
      set: fc.constant(SET),
      epoch: near,
      index: near,
      prev: near,
      prevDigest: fc.constantFrom(FIRST_DIGEST, Buffer.alloc(32, 1)),
      time: near,
    });
    // One in 324 is a next mutation.
    fc.assert(
      fc.property(place, following, (at: ChainPosition, next: Header) => {
        expect(isNextMutation(at, next)).toBe(next.kind === 'mutation' && isApplied(at, next));
      }),
      { numRuns: 10_000 },
    );
  });

  it('enters a new epoch only through its own message, and leaves the old one for good', () => {
    const at: ChainPosition = { epoch: 1, index: 5, digest: FIRST_DIGEST };
    const next: Header = { kind: 'mutation', set: SET, epoch: 2, index: 6, prev: 5, prevDigest: FIRST_DIGEST, time: 0 };
    expect(() => judge(at, next)).toThrow(StreamGapError);
    expect(judge(at, { ...next, kind: 'epoch-started' })).toBe('apply');
    expect(judge({ ...at, epoch: 2 }, { ...next, epoch: 1, index: 99 })).toBe('skip');
  });
});
