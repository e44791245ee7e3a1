import 'reflect-metadata';
import { pathsOf } from '@tidelock/engine-api';
import { SYSTEM_PARTS } from '@tidelock/engines/system';
import { TOLD_CHANGES } from '../story/told-changes';

/** Writes that no operator has to hear of: what clients do with their own, questions with a body, steps of an attempt, upkeep, small settings. */
const UNTOLD = [
  /^(leases|renew|revoke|revoke-prefix|wrapping)(\/|$)/,
  /^(audit-hash|decode-token|capabilities|capabilities-accessor|capabilities-self|internal\/specs|tools)(\/|$)/,
  /^(rekey|rekey-recovery-key|rotate\/root|generate-root|generate-root-token)\//,
  /^replication\/((performance\/|dr\/)?reindex|merkle-check|recover|(performance\/)?secondary\/generate-public-key)$/,
  /^(config\/cors|config\/auditing\/.+|policies\/password\/.+)$/,
];

/** Everything that the system engine lets clients change, with something in the place of each parameter. */
const changes = SYSTEM_PARTS.flatMap((part) => pathsOf(part)).flatMap(({ operations, pattern }) =>
  operations
    .filter((operation) => operation === 'update' || operation === 'delete')
    .map((operation) => ({ operation, path: pattern.replace(/[:*](\w+)/g, '$1') })),
);
type Change = (typeof changes)[number];

const tells = (told: (typeof TOLD_CHANGES)[number], { operation, path }: Change): boolean =>
  told.operation === operation && told.path.test(`sys/${path}`);

describe('What the log tells of the system', () => {
  it('is of paths that it has', () => {
    const stale = TOLD_CHANGES.filter((told) => !changes.some((change) => tells(told, change)));
    expect(stale.map(({ path }) => path.source)).toEqual([]);
  });

  it('is each change, but for those that nobody has to hear of', () => {
    const silent = changes.filter((change) => !TOLD_CHANGES.some((told) => tells(told, change)));
    expect(silent.filter(({ path }) => !UNTOLD.some((untold) => untold.test(path)))).toEqual([]);
    expect(UNTOLD.filter((untold) => !silent.some(({ path }) => untold.test(path)))).toEqual([]);
  });
});
