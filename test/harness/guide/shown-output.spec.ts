import { differenceFromShown } from './shown-output';

const SHOWN = `
Key              Value
---              -----
cluster_id       3f1c5e0e-4c66-4b0c-9a3e-2f3d1c9b7a10
lag_mutations    0
last_wal         41
merkle_root      ab…
primary          https://primary.example.com:8201
time             2026-01-01T10:00:00Z
`;

const printed = (change: (text: string) => string = (text) => text): string =>
  change(`Key   Value
---   -------
cluster_id   00000000-0000-0000-0000-000000000001
lag_mutations   0
last_wal   7
merkle_root   abffffff
primary   https://127.0.0.1:34567
time   2027-02-03T04:05:06.123456789Z`);

describe('differenceFromShown', () => {
  it('finds nothing where ids, times, numbers and addresses differ only', () => {
    expect(differenceFromShown(SHOWN, printed())).toBeUndefined();
  });

  it.each([
    ['another word', 'last_wal', 'last_wall'],
    ['a line that is missing', 'last_wal   7\n', ''],
    ['a line too many', 'last_wal   7\n', 'last_wal   7\nfenced   true\n'],
    ['a number in the place of none', 'lag_mutations   0', 'lag_mutations   12'],
    ['none in the place of a number', 'last_wal   7', 'last_wal   0'],
    ['no id', '00000000-0000-0000-0000-000000000001', 'n/a'],
    ['no address', 'https://127.0.0.1:34567', 'nowhere'],
    ['another beginning of what is cut', 'abffffff', 'bbffffff'],
  ])('finds %s', (_, from, to) => {
    expect(
      differenceFromShown(
        SHOWN,
        printed((text) => text.replace(from, to)),
      ),
    ).toContain('but this was printed');
  });

  it('takes a line that is one number, and one that is "…", by their word', () => {
    expect(differenceFromShown('200', '200\n')).toBeUndefined();
    expect(differenceFromShown('200', '503\n')).toBeDefined();
    expect(differenceFromShown('a\n…\nz', 'a\nb\nc\nz')).toBeUndefined();
    expect(differenceFromShown('a\n…\nz', 'a\nz')).toBeUndefined();
    expect(differenceFromShown('a\n…\nz', 'a\nb')).toBeDefined();
  });
});
