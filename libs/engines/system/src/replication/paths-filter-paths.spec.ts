import { type PathsFilterOrder, type ReplicationService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { ReplicationPathsFilterPaths } from './paths-filter.paths';

class Filters {
  readonly all: Record<string, PathsFilterOrder> = {};
  warnings: string[] = [];

  pathsFilters = () => this.all;
  setPathsFilter = async (id: string, filter: PathsFilterOrder | undefined) => {
    if (filter === undefined) delete this.all[id];
    else this.all[id] = filter;
    return this.warnings;
  };
  previewPathsFilter = async () => ({ facts: { hidden_mounts: ['finance/'] }, warnings: this.warnings });
}

class Body {
  mode?: string;
  paths?: string[];
  dry_run?: boolean;
}

describe('paths-filter', () => {
  let filters: Filters;
  let paths: ReplicationPathsFilterPaths;
  beforeEach(() => {
    filters = new Filters();
    paths = new ReplicationPathsFilterPaths(filters as unknown as ReplicationService);
  });
  const order = (raw: Record<string, unknown>) => {
    const listed = Array.isArray(raw['paths'])
      ? raw['paths'].map(String)
      : raw['paths'] === undefined
        ? []
        : String(raw['paths']).split(',');
    return engineRequest<Body>({
      params: { id: 'us' },
      raw,
      body: Object.assign(new Body(), raw, 'paths' in raw ? { paths: listed } : {}),
    });
  };

  it.each([5, true, [5], ['finance/', 7], [['a']]])('refuses %j as paths', async (value) => {
    await expect(paths.set(order({ mode: 'deny', paths: value }))).rejects.toMatchObject({
      status: 400,
      errors: ['paths must be a list of strings'],
    });
    expect(filters.all).toEqual({});
  });

  it.each([{ paths: 'a,b' }, { paths: ['a', 'b'] }])('takes %j', async (raw) => {
    expect(await paths.set(order(raw))).toBeUndefined();
    expect(filters.all).toEqual({ us: { mode: 'allow', paths: ['a', 'b'] } });
  });

  it('hands on what the operator should know, of a preview and of a removal, too', async () => {
    filters.warnings = ['shows all'];
    expect(await paths.set(order({ paths: 'a' }))).toEqual({ data: null, warnings: ['shows all'] });
    expect(await paths.set(order({ paths: 'a', dry_run: true }))).toEqual({
      data: { hidden_mounts: ['finance/'] },
      warnings: ['shows all'],
    });
    const removal = (body: Body) => paths.remove(engineRequest({ params: { id: 'us' }, body }));
    expect(await removal(Object.assign(new Body(), { dry_run: true }))).toEqual({
      data: { hidden_mounts: ['finance/'] },
      warnings: ['shows all'],
    });
    expect(Object.keys(filters.all)).toEqual(['us']);
    expect(await removal(new Body())).toEqual({ data: null, warnings: ['shows all'] });
    expect(filters.all).toEqual({});
  });

  it('lists every filter, and is a 404 without any', async () => {
    await expect(paths.list()).rejects.toMatchObject({ status: 404, errors: [] });
    await paths.set(order({ mode: 'deny', paths: 'b' }));
    filters.all['ap'] = { mode: 'allow', paths: [] };
    expect(await paths.list()).toEqual({
      data: { keys: ['ap', 'us'], key_info: { ap: { mode: 'allow', paths: [] }, us: { mode: 'deny', paths: ['b'] } } },
    });
  });
});
