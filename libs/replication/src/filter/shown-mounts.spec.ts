import { pathsFilterOf } from './paths-filter';
import { ShownMounts } from './shown-mounts';
import type { MountRecords } from '../ports/mount-records';

/** Mounts whose records are their paths in the clear. */
const records: MountRecords = {
  singletons: [],
  prefix: 'mount/',
  uuidIn: (key) => /^(?:mount|entry|core\/unmounted)\/([^/]+)/.exec(key)?.[1],
  isMarkOfPurge: (key) => key.startsWith('core/unmounted/'),
  isOfClients: () => true,
  entriesOf: (uuid) => `entry/${uuid}/`,
  describe: (key, sealed) => ({ path: sealed.toString(), accessor: key, singleton: false, level: 'data' }),
};
const FILTER = pathsFilterOf('deny', ['hidden']);

const after = (mounts: ShownMounts, ...changed: [string, string | null][]): ShownMounts =>
  mounts.learn(changed.map(([key, value]) => [key, value === null ? null : Buffer.from(value)])).mounts;

describe('The mounts that a filter shows', () => {
  const none = ShownMounts.none(FILTER, records);

  it('show what belongs to a shown mount until its last record is gone, the mark of its purge included', () => {
    const made = after(none, ['mount/a', 'open/'], ['mount/b', 'hidden/']);
    expect(['entry/a/x', 'entry/b/x', 'entry/c/x'].map((key) => made.includes(key))).toEqual([true, false, false]);
    const removed = after(
      made,
      ['mount/a', null],
      ['core/unmounted/a', '{}'],
      ['mount/b', null],
      ['core/unmounted/b', '{}'],
    );
    expect(
      ['entry/a/x', 'core/unmounted/a', 'entry/b/x', 'core/unmounted/b'].map((key) => removed.includes(key)),
    ).toEqual([true, true, false, false]);
    const purged = after(removed, ['entry/a/x', null], ['core/unmounted/a', null]);
    expect(['entry/a/x', 'core/unmounted/a'].map((key) => purged.includes(key))).toEqual([true, true]);
  });

  it('remember no mount that is gone with everything it had', () => {
    let mounts = after(none, ['mount/a', 'open/']);
    for (let at = 0; at < 50; at += 1) {
      mounts = after(mounts, [`mount/m${at}`, at % 2 ? 'hidden/' : 'open/m/']);
      mounts = after(mounts, [`mount/m${at}`, null], [`core/unmounted/m${at}`, '{}']);
      mounts = after(mounts, [`core/unmounted/m${at}`, null]);
      mounts = ShownMounts.fromJson(FILTER, records, mounts.toJson());
    }
    expect(JSON.parse(after(mounts, ['mount/b', 'open/b/']).toJson()).map(([uuid]: [string]) => uuid)).toEqual([
      'a',
      'b',
    ]);
    expect(mounts.includes('entry/m0/x')).toBe(false);
  });

  it('do not count a purged mount as one that is there, or hidden', () => {
    const mounts = after(none, ['mount/b', 'hidden/'], ['mount/b', null], ['core/unmounted/b', null]);
    expect(mounts.hiddenPaths()).toEqual([]);
    expect(mounts.hiddenCount).toBe(0);
  });

  it('tell what is hidden, and how much', () => {
    const mounts = after(none, ['mount/b', 'hidden/z/'], ['mount/c', 'hidden/'], ['mount/d', 'open/']);
    expect(mounts.hiddenPaths()).toEqual(['hidden/', 'hidden/z/']);
    expect(mounts.hiddenCount).toBe(2);
  });
});
