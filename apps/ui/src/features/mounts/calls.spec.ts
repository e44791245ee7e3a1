import { disable, enable, type EnableOrder, kvSettings, move, tune, tuningOf } from './calls';
import { mountsIn } from './mounts';

const ORDER: EnableOrder = {
  type: 'kv',
  path: ' /team/kv/ ',
  description: '',
  local: false,
  defaultLeaseTtl: '',
  maxLeaseTtl: '',
  listed: false,
  version: '2',
  maxVersions: '',
  casRequired: false,
};

describe('enabling a mount', () => {
  it('sends what was filled in alone', () => {
    expect(enable('secret', ORDER)).toEqual({
      method: 'POST',
      path: 'sys/mounts/team/kv',
      body: { type: 'kv', options: { version: '2' } },
    });
    const method = { ...ORDER, type: 'userpass', path: 'people', local: true, listed: true, maxLeaseTtl: ' 1h ' };
    expect(enable('auth', { ...method, description: 'd' })).toEqual({
      method: 'POST',
      path: 'sys/auth/people',
      body: {
        type: 'userpass',
        description: 'd',
        local: true,
        config: { max_lease_ttl: '1h', listing_visibility: 'unauth' },
      },
    });
  });

  it('gives settings to version 2 of kv alone, and only where there are any', () => {
    expect(kvSettings(ORDER)).toBeUndefined();
    const given = { ...ORDER, maxVersions: '3', casRequired: true };
    expect(kvSettings(given)).toEqual({
      method: 'POST',
      path: 'team/kv/config',
      body: { max_versions: 3, cas_required: true },
    });
    expect(kvSettings({ ...given, version: '1' })).toBeUndefined();
    expect(kvSettings({ ...given, type: 'userpass' })).toBeUndefined();
  });
});

describe('changing a mount', () => {
  const [mount] = mountsIn({
    'kv/': { type: 'kv', description: 'd', config: { default_lease_ttl: 5400, max_lease_ttl: 7200 } },
  });
  if (mount === undefined) throw new Error('no mount');

  it('shows times as people write them', () => {
    expect(tuningOf(mount)).toMatchObject({ defaultLeaseTtl: '90m', maxLeaseTtl: '2h', description: 'd' });
  });

  it('names what has changed alone, and takes an empty time for the system’s', () => {
    const before = tuningOf(mount);
    expect(tune('secret', mount, before).body).toEqual({});
    expect(
      tune('auth', mount, { ...before, description: '', defaultLeaseTtl: '', listingVisibility: 'unauth' }),
    ).toEqual({
      method: 'POST',
      path: 'sys/auth/kv/tune',
      body: { description: '', default_lease_ttl: 'system', listing_visibility: 'unauth' },
    });
  });

  it('names auth methods in full where it moves them', () => {
    expect(move('auth', 'a/', '/b/').body).toEqual({ from: 'auth/a', to: 'auth/b' });
    expect(move('secret', 'a/', 'b').body).toEqual({ from: 'a', to: 'b' });
  });

  it('disables at the path', () => {
    expect(disable('auth', 'a/b/')).toEqual({ method: 'DELETE', path: 'sys/auth/a/b' });
  });
});
