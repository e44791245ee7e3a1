import { addressOf } from '../../api/request';
import { isOfToken, listPath, renew, revokePrefix, stepsTo } from './calls';

describe('calls about leases', () => {
  it('list below a prefix with whatever names', () => {
    expect(listPath('')).toBe('sys/leases/lookup');
    expect(addressOf({ path: listPath('db %/creds#/') })).toBe('/v1/sys/leases/lookup/db%20%25/creds%23');
    expect(addressOf(revokePrefix('db %/creds#/'))).toBe('/v1/sys/leases/revoke-prefix/db%20%25/creds%23');
  });

  it('ask for a time only where one was given', () => {
    expect(renew('a', ' ').body).toEqual({ lease_id: 'a' });
    expect(renew('a', ' 1h').body).toEqual({ lease_id: 'a', increment: '1h' });
  });

  it('know the steps to a prefix', () => {
    expect(stepsTo('')).toEqual([]);
    expect(stepsTo('a/b/')).toEqual([
      { name: 'a', prefix: 'a/' },
      { name: 'b', prefix: 'a/b/' },
    ]);
  });

  it('know the lease of a token by its name', () => {
    expect(isOfToken(`auth/userpass/login/tester/h${'0a'.repeat(32)}`)).toBe(true);
    expect(isOfToken('database/creds/h0a')).toBe(false);
  });
});
