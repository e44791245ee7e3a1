import { warningsOfChange } from './filter-preview';
import { type PathsFilter, pathsFilterOf } from './paths-filter';

const MOUNTS = ['finance/', 'secret/', 'team/a/'];
const change = (before: PathsFilter | undefined, after: PathsFilter | undefined, isKnown = true) =>
  warningsOfChange({ id: 'us', isKnown, before, after }, MOUNTS);
const deny = (...paths: string[]) => pathsFilterOf('deny', paths);
const allow = (...paths: string[]) => pathsFilterOf('allow', paths);

describe('A change of a paths filter', () => {
  it('is without comment where it only hides what is there', () => {
    expect(change(undefined, deny('finance', 'team'))).toEqual([]);
    expect(change(deny('finance'), deny('finance', 'secret'))).toEqual([]);
    expect(change(undefined, allow('secret'))).toEqual([]);
    expect(change(undefined, undefined)).toEqual([]);
  });

  it('names the paths that no mount has', () => {
    expect(change(undefined, deny('nosuch', 'finance', 'other'))).toEqual([
      'no mount is at or below nosuch/, other/: this counts only for mounts that are made later',
    ]);
  });

  it('names the mounts that it shows', () => {
    const shows = (paths: string) => `this shows secondary "us" what was hidden from it until now: ${paths}`;
    expect(change(deny('finance', 'team'), deny('secret'))).toEqual([shows('finance/, team/a/')]);
    expect(change(allow('secret'), allow('secret', 'finance'))).toEqual([shows('finance/')]);
    expect(change(deny('finance', 'team'), undefined)).toEqual([shows('finance/, team/a/')]);
    expect(change(deny('finance'), deny('nosuch'))).toEqual([
      expect.stringContaining('no mount is at or below nosuch/'),
      shows('finance/'),
    ]);
  });

  it('says that nobody has the id, unless the filter is taken away', () => {
    expect(change(undefined, deny('finance'), false)).toEqual([
      'no secondary has the ID "us": the filter counts for the one that is given it later',
    ]);
    expect(change(allow(...MOUNTS), undefined, false)).toEqual([]);
  });
});
