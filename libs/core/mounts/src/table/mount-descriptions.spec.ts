import { TidelockError } from '@tidelock/kernel';
import { MountDescriptions } from './mount-descriptions';

const records = new MountDescriptions(
  {
    openRecord: (_key, sealed) => {
      if (sealed.length === 0) throw new TidelockError('CORRUPT_RECORD');
      return sealed;
    },
  },
  { isSingleton: (type) => type === 'system' },
);
const described = (mount: object) => records.describe('mount/u', Buffer.from(JSON.stringify(mount)));

describe('MountDescriptions', () => {
  it("tells which mount a record describes or belongs to, and of the rest that it is no mount's", () => {
    expect(
      [
        'mount/u',
        'entry/u/data/x',
        'entry/u/',
        'policy/u',
        'core/unmounted/u',
        'core/remount/u',
        'mounts/u',
        'keyring',
      ].map((key) => records.uuidIn(key)),
    ).toEqual(['u', 'u', 'u', undefined, 'u', 'u', undefined, undefined]);
    // About all mounts: a name that none has, so hidden from whoever is not given all of them.
    expect(records.uuidIn('core/remounts')).toBe('core/remounts');
    expect(
      ['core/unmounted/u', 'mount/u', 'entry/u/x', 'core/remount/u'].map((key) => records.isMarkOfPurge(key)),
    ).toEqual([true, false, false, false]);
    expect(`${records.entriesOf('u')}data/x`).toBe('entry/u/data/x');
  });

  it("tells a mount's path, and whether there is one of it everywhere", () => {
    expect(described({ path: 'secret/', type: 'kv' })).toEqual({ path: 'secret/', singleton: false });
    expect(described({ path: 'x/', type: 'system' })?.singleton).toBe(true);
  });

  it('tells nothing of a record that cannot be opened or read', () => {
    expect(records.describe('mount/u', Buffer.alloc(0))).toBeUndefined();
    expect(records.describe('mount/u', Buffer.from('no JSON'))).toBeUndefined();
  });
});
