import { convertBody } from './fields/convert-body';
import type { AuthGrant } from './request/response';
import {
  grantOf,
  loginDisplayName,
  NO_TOKEN_PARAMETERS,
  renewedGrant,
  tokenParametersOf,
  TokenParametersBody,
  withTokenParameters,
} from './token-parameters';

const parametersOf = (raw: Record<string, unknown>, current = NO_TOKEN_PARAMETERS) =>
  withTokenParameters(current, convertBody(TokenParametersBody, raw).body);

describe('token parameters', () => {
  it('take what was sent, under long and short names, and keep the rest', () => {
    const first = parametersOf({
      policies: 'B, a ,b',
      ttl: '1h',
      token_type: 'default_service',
      token_no_default_policy: true,
    });
    expect(first).toEqual({
      ...NO_TOKEN_PARAMETERS,
      token_policies: ['a', 'b'],
      token_ttl: 3600,
      token_type: 'default-service',
      token_no_default_policy: true,
    });
    expect(parametersOf({ token_ttl: 60, token_policies: [] }, first)).toEqual({
      ...first,
      token_ttl: 60,
      token_policies: [],
    });
  });

  it.each([
    [{ token_ttl: 10, token_max_ttl: 5 }, `'token_ttl' cannot be greater than 'token_max_ttl'`],
    [{ token_type: 'batch', token_period: 5 }, 'periodic'],
    [{ token_type: 'default-batch', token_num_uses: 1 }, 'limited use count'],
    [{ token_type: 'other' }, `invalid 'token_type' value "other"`],
    [{ token_num_uses: -1 }, 'negative'],
    [{ token_bound_cidrs: '10.0.0.0/8,nonsense' }, 'error parsing address "nonsense"'],
  ])('refuse %j', (raw, text) => {
    expect(() => parametersOf(raw)).toThrow(text);
  });

  it('let root stand alone', () => {
    expect(parametersOf({ token_policies: ['a', 'Root', 'b'] }).token_policies).toEqual(['root']);
  });

  it('are picked out of a larger record', () => {
    expect(tokenParametersOf({ ...NO_TOKEN_PARAMETERS, password: 'x' } as never)).toEqual(NO_TOKEN_PARAMETERS);
  });

  it('become a grant, and renew one while the policies are the same', () => {
    const parameters = parametersOf({ token_policies: 'b,default,a', token_ttl: 60, token_bound_cidrs: '10.0.0.0/8' });
    const grant: AuthGrant = { ...grantOf(parameters), displayName: 'd', metadata: null, renewable: true };
    expect(grant).toMatchObject({
      policies: ['a', 'b', 'default'],
      ttlSeconds: 60,
      boundCidrs: ['10.0.0.0/8'],
      tokenType: 'default',
    });
    expect(renewedGrant(grant, parametersOf({ token_policies: 'a,b', token_ttl: 90 })).ttlSeconds).toBe(90);
    expect(() => renewedGrant(grant, parametersOf({ token_policies: 'a' }))).toThrow(
      'policies have changed, not renewing',
    );
  });

  it.each([
    ['auth/userpass/', 'userpass-u'],
    ['auth/corp/users/', 'corp-users-u'],
  ])('name a login at %s %s', (path, expected) => {
    expect(loginDisplayName({ path }, 'u')).toBe(expected);
  });
});
