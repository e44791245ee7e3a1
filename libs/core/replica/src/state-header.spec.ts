import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { readState, writeState } from './state-header';

const KEY = randomBytes(32);
const state = fc.record({
  clusterId: fc.uuid(),
  localIndex: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  replicatedIndex: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

describe('X-Vault-Index', () => {
  it('tells the state that was written', () => {
    fc.assert(
      fc.property(state, (seen) => {
        expect(readState(writeState(seen, KEY), KEY)).toEqual(seen);
      }),
    );
  });

  it('has the form that clients take apart to compare states', () => {
    const header = writeState({ clusterId: 'c', localIndex: 5, replicatedIndex: 4 }, KEY);
    expect(Buffer.from(header, 'base64').toString()).toMatch(/^v1:c:5:4:[0-9a-f]{64}$/);
  });

  it('is refused when any byte of it was changed', () => {
    fc.assert(
      fc.property(state, fc.nat(), fc.integer({ min: 1, max: 255 }), (seen, at, change) => {
        const bytes = Buffer.from(writeState(seen, KEY), 'base64');
        bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ change, at % bytes.length);
        expect(readState(bytes.toString('base64'), KEY)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when it was cut short, made longer or signed with another key', () => {
    fc.assert(
      fc.property(state, fc.nat(200), (seen, length) => {
        const header = writeState(seen, KEY);
        const bytes = Buffer.from(header, 'base64');
        expect(
          readState(bytes.subarray(0, Math.min(length, bytes.length - 1)).toString('base64'), KEY),
        ).toBeUndefined();
        expect(readState(Buffer.concat([bytes, Buffer.from('0')]).toString('base64'), KEY)).toBeUndefined();
        expect(readState(header, randomBytes(32))).toBeUndefined();
      }),
    );
  });

  it('is refused when it is something else altogether', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(readState(text, KEY)).toBeUndefined();
      }),
    );
  });
});
