import * as fc from 'fast-check';
import { fromRow, type TokenEntry, toRow } from './token-entry';

const text = fc.string();
const seconds = fc.nat({ max: 1e9 });
const entries: fc.Arbitrary<TokenEntry> = fc.record({
  id: text,
  accessor: text,
  parent: fc.option(text),
  path: text,
  expiresAt: fc.option(fc.nat({ max: 2 ** 43 })),
  type: fc.constantFrom('service' as const, 'batch' as const),
  policies: fc.array(text),
  meta: fc.option(
    fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      text,
    ),
  ),
  displayName: text,
  numUses: fc.integer({ min: -1, max: 1000 }),
  ttlSeconds: seconds,
  explicitMaxTtlSeconds: seconds,
  periodSeconds: seconds,
  maxTtlSeconds: seconds,
  creationTime: fc.nat({ max: 2 ** 43 }),
  lastRenewalTime: fc.nat({ max: 2 ** 43 }),
  renewable: fc.boolean(),
  role: text,
  boundCidrs: fc.array(text),
  entityId: text,
  internal: fc.constantFrom({}, { user: 'tester', nested: { list: [1, 'two', null] } }),
});

describe('a stored token', () => {
  it('comes back as it was put', () => {
    fc.assert(fc.property(entries, (entry) => expect(fromRow(toRow(entry))).toEqual(entry)));
  });

  it('leaves out what is at its default', () => {
    const entry: TokenEntry = {
      id: 'i',
      accessor: 'a',
      parent: null,
      path: 'p',
      expiresAt: null,
      type: 'service',
      policies: ['default'],
      meta: null,
      displayName: 'token',
      numUses: 0,
      ttlSeconds: 60,
      explicitMaxTtlSeconds: 0,
      periodSeconds: 0,
      maxTtlSeconds: 0,
      creationTime: 1_700_000_000_000,
      lastRenewalTime: 0,
      renewable: true,
      role: '',
      boundCidrs: [],
      entityId: '',
      internal: {},
    };
    expect(JSON.parse(toRow(entry).value.toString('utf8'))).toEqual({
      policies: ['default'],
      display_name: 'token',
      ttl: 60,
      creation_time: 1_700_000_000_000,
      type: 'service',
      renewable: true,
    });
  });
});
