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
  ['policy/'],
);
const described = (mount: object) =>
  records.describe('mount/u', Buffer.from(JSON.stringify({ uuid: 'u', accessor: 'kv_1', local: false, ...mount })));

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

  it("tells what clients keep: mounts, what they have, their removal and moves, and the other rooms' records that it is told of", () => {
    const keys = ['mount/u', 'entry/u/x', 'core/unmounted/u', 'core/remount/u', 'policy/p', 'core/remounts', 'keyring'];
    expect(keys.filter((key) => !records.isOfClients(key))).toEqual(['core/remounts', 'keyring']);
  });

  it('names the mounts that every cluster has', () => {
    expect(records.singletons).toEqual(['sys/', 'identity/', 'cubbyhole/', 'auth/token/']);
  });

  it("tells a mount's path, whether there is one of it everywhere, and who may write there", () => {
    expect(described({ path: 'secret/', kind: 'secret', type: 'kv' })).toEqual({
      path: 'secret/',
      accessor: 'kv_1',
      singleton: false,
      level: 'data',
    });
    expect(described({ path: 'x/', kind: 'secret', type: 'system' })).toMatchObject({ singleton: true, level: 'all' });
    expect(described({ path: 'auth/u/', kind: 'auth', type: 'userpass' })).toMatchObject({ level: 'all' });
  });

  it.each([
    ["another mount's uuid", { uuid: 'v' }],
    ['no uuid', { uuid: undefined }],
    ['that it is local', { local: true }],
  ])('tells nothing of a record that says %s', (_, said) => {
    expect(described({ path: 'secret/', kind: 'secret', type: 'kv', ...said })).toBeUndefined();
  });

  it('tells nothing of a record that cannot be opened or read', () => {
    expect(records.describe('mount/u', Buffer.alloc(0))).toBeUndefined();
    expect(records.describe('mount/u', Buffer.from('no JSON'))).toBeUndefined();
  });
});
