import * as fc from 'fast-check';
import { formatDuration, parseDurationSeconds } from './duration';
import { RawJson } from './json/raw-json';

describe('parseDurationSeconds', () => {
  it.each([
    [undefined, 0],
    [null, 0],
    ['', 0],
    ['0', 0],
    [0, 0],
    [30, 30],
    [30.9, 30],
    ['30', 30],
    ['+30', 30],
    ['-30', -30],
    ['90s', 90],
    ['1h30m', 5400],
    ['7d', 604800],
    ['1d12h', 129600],
    ['1.5h', 5400],
    ['.5m', 30],
    ['1.m', 60],
    ['-1m', -60],
    ['1500ms', 1],
    ['999ms', 0],
    ['-999ms', 0],
    ['1000000us', 1],
    ['1000000µs', 1],
    ['1000000μs', 1],
    ['1000000000ns', 1],
  ])('reads %j as %d seconds', (value, seconds) => {
    expect(parseDurationSeconds(value)).toBe(seconds);
  });

  it('loses no second of a fraction to binary arithmetic', () => {
    const seconds = { s: 1, m: 60, h: 3600 };
    fc.assert(
      fc.property(fc.nat(9_999_999), fc.constantFrom('s', 'm', 'h'), (hundredths, unit) => {
        const text = `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}${unit}`;
        expect(parseDurationSeconds(text)).toBe(Math.trunc((hundredths * seconds[unit]) / 100));
      }),
    );
  });

  it('reads numbers that kept their text', () => {
    expect(parseDurationSeconds(new RawJson('3600'))).toBe(3600);
    expect(() => parseDurationSeconds(new RawJson('1.5'), 'ttl')).toThrow('field "ttl": time: invalid duration "1.5"');
  });

  it.each(['1x', 'h', '1h 30m', '1h-30m', '.h', '1..5h', 'forever', ' 30', '0x10', '1e3', '1e3s'])(
    'refuses %j',
    (text) => {
      expect(() => parseDurationSeconds(text, 'ttl')).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', status: 400 }),
      );
    },
  );

  it.each([
    true,
    {},
    [30],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    '9999999999999',
    '9223372037s',
    new RawJson('99999999999999999999'),
    `${'9'.repeat(400)}h`,
  ])('refuses %p', (value) => {
    expect(() => parseDurationSeconds(value, 'ttl')).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', errors: [expect.stringContaining('field "ttl"')] }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [60, '1m0s'],
    [90, '1m30s'],
    [3600, '1h0m0s'],
    [2764800, '768h0m0s'],
    [-1, '-1s'],
    [-90, '-1m30s'],
  ])('writes %d as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('writes what parseDurationSeconds reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_223_372_036, max: 9_223_372_036 }), (seconds) => {
        expect(parseDurationSeconds(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });
});
