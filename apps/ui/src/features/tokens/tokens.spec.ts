import { roleBody, roleDraft } from './role-draft';
import { createToken, metadataFault, NEW_TOKEN } from './token-draft';

describe('a new token', () => {
  it('is asked for with nothing that was not said', () => {
    expect(createToken(NEW_TOKEN)).toEqual({ method: 'POST', path: 'auth/token/create', body: {} });
  });

  it('is asked for with all that was said', () => {
    const draft = {
      ...NEW_TOKEN,
      displayName: ' ci ',
      policies: 'a, b,,\nc',
      type: 'batch',
      ttl: '1h',
      explicitMaxTtl: '2h',
      period: '3h',
      numUses: '4',
      metadata: 'team=a=b\n\n who = me',
      renewable: false,
      noParent: true,
      noDefaultPolicy: true,
    };
    expect(createToken(draft).body).toEqual({
      display_name: 'ci',
      policies: ['a', 'b', 'c'],
      type: 'batch',
      ttl: '1h',
      explicit_max_ttl: '2h',
      period: '3h',
      num_uses: 4,
      meta: { team: 'a=b', who: ' me' },
      renewable: false,
      no_parent: true,
      no_default_policy: true,
    });
  });

  it('is asked for by a role, which an alias needs', () => {
    const draft = { ...NEW_TOKEN, entityAlias: 'x' };
    expect(createToken({ ...draft, role: 'a/b' })).toMatchObject({
      path: 'auth/token/create/a/b',
      body: { entity_alias: 'x' },
    });
    expect(createToken(draft).body).toEqual({});
  });

  it('has metadata of names and values', () => {
    expect(metadataFault('a=b\nc=')).toBeUndefined();
    expect(metadataFault('a=b\nc')).toBe('Write c as name=value.');
    expect(metadataFault('=b')).toBe('Write =b as name=value.');
  });
});

describe('a token role', () => {
  it('stands in the form as it is, and comes out of it the same', () => {
    const draft = roleDraft({
      allowed_policies: ['a', 'b'],
      token_period: 3600,
      token_num_uses: 3,
      path_suffix: 'x',
      renewable: false,
      token_type: 'service',
    });
    expect(draft.texts).toMatchObject({
      allowed_policies: 'a, b',
      token_period: '3600s',
      token_num_uses: '3',
      token_explicit_max_ttl: '',
    });
    expect(roleBody(draft)).toMatchObject({
      allowed_policies: ['a', 'b'],
      disallowed_policies: [],
      token_period: '3600s',
      token_explicit_max_ttl: 0,
      token_num_uses: 3,
      path_suffix: 'x',
      renewable: false,
      orphan: false,
      token_type: 'service',
    });
  });

  it('that is new is renewable, and of the default type', () => {
    expect(roleBody(roleDraft())).toMatchObject({ renewable: true, token_type: 'default-service', token_num_uses: 0 });
  });
});
