import type { MutationRecord } from '@tidelock/store';
import { pathsFilterOf } from '../filter/paths-filter';
import type { ReapplyCall } from './reapply';
import { reapplyCallIn, requireReappliable, type ReapplyRules } from './reapply-rules';
import type { MountRecords } from '../ports/mount-records';

/** Mounts whose records are their paths in the clear, and their accessors where those are not their keys. */
const mounts: MountRecords = {
  singletons: ['sys/', 'identity/', 'cubbyhole/'],
  prefix: 'mount/',
  uuidIn: (key) => /^(?:mount|entry|core\/(?:unmounted|remount))\/([^/]+)/.exec(key)?.[1],
  isOfClients: (key) => key.startsWith('policy/') || mounts.uuidIn(key) !== undefined,
  isMarkOfPurge: (key) => key.startsWith('core/unmounted/'),
  entriesOf: (uuid) => `entry/${uuid}/`,
  describe: (key, sealed) => {
    const [path = '', accessor = key] = sealed.toString().split(' ');
    if (path === 'unreadable') return undefined;
    return { path, accessor, singleton: path === 'sys/', level: /^(auth|sys|identity)\//.test(path) ? 'all' : 'data' };
  },
};
const MOUNTS: Readonly<Record<string, string>> = {
  open: 'open/',
  hid: 'hidden/',
  users: 'auth/staff/',
  system: 'sys/',
  id: 'identity/',
  broken: 'unreadable',
};
const KEYS = [...Object.keys(MOUNTS).map((uuid) => `mount/${uuid}`), 'entry/purged/b'];
const EPOCHS = [
  { epoch: 2, after: 100 },
  { epoch: 3, after: 200 },
];

const record = (key: string, value: string | null = 'x'): MutationRecord => ({
  key,
  value: value === null ? null : Buffer.from(value),
});

describe('What a former primary may write anew', () => {
  const may = (
    records: readonly MutationRecord[],
    rules: Partial<ReapplyRules> = {},
    more: Partial<ReapplyCall> = {},
  ) =>
    requireReappliable(
      { index: 101, epoch: 1, path: 'kv/a', batch: 'one', records, ...more },
      {
        role: { epoch: 3, epochs: EPOCHS },
        filter: undefined,
        level: 'all',
        mounts,
        replicated: {
          keys: async (prefix: string) => KEYS.filter((key) => key.startsWith(prefix)),
          getSealed: async (key: string) =>
            MOUNTS[key.slice('mount/'.length)] === undefined
              ? undefined
              : Buffer.from(MOUNTS[key.slice('mount/'.length)] as string),
        } as never,
        ...rules,
      },
    );
  const FILTER = pathsFilterOf('deny', ['hidden']);
  const DENIED = { code: 'PERMISSION_DENIED', status: 403 };

  it.each([
    [1, 101],
    [1, 150],
    [2, 201],
    [2, 999],
  ])('is what lies behind the point that later epochs build on: epoch %i, index %i', async (epoch, index) => {
    await may([record('entry/open/a')], {}, { epoch, index });
  });

  it.each([
    [1, 100],
    [1, 1],
    [2, 200],
    [3, 300],
    [4, 300],
    [0, 50],
    [-1, 300],
    ['1', 101],
    [1, '101'],
    [1, NaN],
    [undefined, 101],
  ])('is nothing else: epoch %p, index %p', async (epoch, index) => {
    await expect(may([record('entry/open/a')], {}, { epoch, index } as never)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('is not one that a promotion has cut off'),
    });
  });

  it.each([
    { records: 'x' },
    { records: [null] },
    { records: [{ key: 7, value: null }] },
    { records: [{ key: 'entry/open/a' }] },
    { records: [{ key: 'entry/open/a', value: 'x' }] },
    { path: 7 },
    { batch: undefined },
  ])('is a mutation: not %j', (more) => {
    const call = { index: 101, epoch: 1, path: 'kv/a', batch: 'one', records: [record('entry/open/a')] };
    expect(reapplyCallIn({ ...call, more: 1 })).toEqual(call);
    for (const sent of [{ ...call, ...more }, null, undefined, 'x', 7])
      expect(() => reapplyCallIn(sent)).toThrow(
        expect.objectContaining({ status: 400, message: expect.stringContaining('not a mutation') }),
      );
  });

  it.each(['keyring', 'seal-config', 'core/wrapping-key', 'core/member/us', 'core/audit/file', 'audit/x', '', 'entry'])(
    'never touches %j',
    async (key) => {
      for (const value of ['x', null]) {
        await expect(may([record('entry/open/a'), record(key, value)])).rejects.toMatchObject({
          status: 400,
          message: expect.stringContaining('can only be discarded'),
        });
      }
    },
  );

  it('is everything that clients keep, where the secondary is given everything', async () => {
    await may([
      record('entry/hid/a'),
      record('entry/users/u', null),
      record('mount/open', 'other/'),
      record('mount/new', 'new/'),
      record('entry/new/a'),
      record('policy/p'),
    ]);
  });

  it('is a mount that was disabled or moved, with the mark of that', async () => {
    await may([record('mount/open', null), record('core/unmounted/open', '{}'), record('entry/open/a', null)]);
    await may([record('mount/open', 'moved/'), record('core/remount/open', '[]')]);
  });

  it.each([
    ['a mount whose record cannot be read', [record('mount/new', 'unreadable')]],
    ['one that was readable', [record('mount/open', 'unreadable')]],
    ['what belongs to one that is not readable', [record('entry/broken/a')]],
    ['a mount with another accessor', [record('mount/open', 'open/ other')]],
    ["a mount with another's accessor", [record('mount/new', 'new/ mount/hid')]],
    ["a mount at another's path", [record('mount/new', 'hidden/')]],
    ['a mount below another', [record('mount/new', 'hidden/below/')]],
    ['a mount above another', [record('mount/new', 'auth/')]],
    ["a move to another's path", [record('mount/open', 'hidden/')]],
    ['two mounts at one path', [record('mount/new', 'new/'), record('mount/newer', 'new/')]],
    ["a mount at every cluster's own path", [record('mount/new', 'cubbyhole/')]],
    ['a mount that every cluster has', [record('mount/id', 'identity/')]],
    ['the removal of one that every cluster has', [record('mount/system', null)]],
    ['that removal with its mark', [record('mount/id', null), record('core/unmounted/id', '{}')]],
    ['where such a one has lain', [record('core/remount/system', '[]')]],
  ])('is not %s', async (_, records) => {
    await expect(may(records)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['that is left', [record('core/unmounted/open', '{}')]],
    ['that it moves', [record('mount/open', 'moved/'), record('core/unmounted/open', '{}')]],
    ['that is gone', [record('core/unmounted/gone', '{}')]],
    [
      'that is removed and put back',
      [record('mount/open', null), record('core/unmounted/open', '{}'), record('mount/open', 'open/')],
    ],
  ])('is not the mark of a disabled mount for one %s', async (_, records) => {
    await expect(may(records)).rejects.toMatchObject(DENIED);
  });

  it('is a mount at a path that the same mutation makes free', async () => {
    await may([
      record('mount/open', null),
      record('core/unmounted/open', '{}'),
      record('mount/new', 'open/'),
      record('mount/hid', 'elsewhere/'),
      record('mount/newer', 'hidden/'),
    ]);
  });

  it('is the rest of the removal of a mount that is gone', async () => {
    await may([record('entry/gone/a', null), record('entry/gone/b', null)]);
    await may([record('entry/gone/a', null)], { level: 'data' });
    await may([record('entry/gone/a', null)], { filter: FILTER });
    await may([record('core/unmounted/gone', null), record('core/remount/gone', null), record('mount/gone', null)]);
  });

  it('is not, for a secondary of level data, the deletion of the mark of a mount that is gone', async () => {
    await expect(may([record('core/unmounted/gone', null)], { level: 'data' })).rejects.toMatchObject(DENIED);
  });

  it('is not the deletion of that mark while entries of the mount are left', async () => {
    const left = record('core/unmounted/purged', null);
    await expect(may([left])).rejects.toMatchObject(DENIED);
    await expect(may([record('entry/purged/a', null), left])).rejects.toMatchObject(DENIED);
  });

  it('is nothing of a mount that is not there', async () => {
    await expect(may([record('entry/gone/a')])).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['a record of a hidden mount', [record('entry/hid/a')]],
    ['its deletion', [record('entry/hid/a', null)]],
    ['the hidden mount itself', [record('mount/hid', null)]],
    ['the hidden mount, as if it lay elsewhere', [record('mount/hid', 'open2/')]],
    ['what it has, as if it lay elsewhere', [record('mount/hid', 'open2/'), record('entry/hid/a')]],
    ['a mount that is moved out of sight', [record('mount/open', 'hidden/below/')]],
    ['the mark that it was disabled', [record('core/unmounted/hid', '{}')]],
    ['where it has lain', [record('core/remount/hid', '[]')]],
    ['a mount made out of sight', [record('mount/new', 'hidden/below/')]],
  ])('is not, through a filter, %s', async (_, records) => {
    for (const level of ['all', 'data'] as const)
      await expect(may(records, { filter: FILTER, level })).rejects.toMatchObject(DENIED);
  });

  it('is, through a filter, what that shows', async () => {
    await may(
      [
        record('entry/open/a'),
        record('entry/users/u'),
        record('mount/new', 'new/'),
        record('policy/p'),
        record('entry/id/x'),
      ],
      { filter: FILTER },
    );
  });

  it.each([
    'policy/p',
    'entry/users/u',
    'entry/system/x',
    'entry/id/x',
    'mount/open',
    'core/unmounted/open',
    'core/remount/open',
  ])('is not %s for a secondary of level data', async (key) => {
    await expect(may([record(key, 'open/')], { level: 'data' })).rejects.toMatchObject(DENIED);
    await may([record('entry/open/a')], { level: 'data' });
  });
});
