import { lockedNames } from './locked-names';

describe('the names that are locked out', () => {
  const of = (mount_accessor: string, ...alias_identifiers: string[]) => ({ mount_accessor, alias_identifiers });

  it('are those of the mount, in order', () => {
    const answer = { by_namespace: [{ mount_accessors: [of('a', 'z', 'b'), of('other', 'c')] }] };
    expect(lockedNames(answer, 'a')).toEqual(['b', 'z']);
  });

  it.each([undefined, {}, { by_namespace: [] }, { by_namespace: [{}] }, { by_namespace: [{ mount_accessors: [{}] }] }])(
    'are none in %j',
    (answer) => {
      expect(lockedNames(answer, 'a')).toEqual([]);
    },
  );
});
