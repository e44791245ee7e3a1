import { cluster, from, HERE, login, mount, NOW, origin, type TokenCluster } from './token-store.testing';

describe('TokenStore', () => {
  let { store, tokens, committed, create, tokenId } = {} as TokenCluster;
  beforeEach(async () => {
    ({ store, tokens, committed, create, tokenId } = await cluster());
  });

  it("makes a login's token: an orphan with ordered policies and the mount's life", async () => {
    const auth = await committed((unit) => tokens.createFromGrant(unit, login, origin));
    expect(auth.client_token).toMatch(/^hvs\.[A-Za-z0-9]{24}$/);
    expect(auth).toMatchObject({
      policies: ['default', 'dev'],
      token_policies: ['default', 'dev'],
      lease_duration: 3600,
      renewable: true,
      orphan: true,
      token_type: 'service',
      num_uses: 0,
      metadata: { username: 'tester' },
      mfa_requirement: null,
    });
    expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toMatchObject({
      displayName: 'userpass-tester',
      policies: ['default', 'dev'],
      accessor: auth.accessor,
      isRoot: false,
      orphan: true,
    });
  });

  it('stores one row whose key does not give the token away', async () => {
    const { auth } = await create();
    expect(await store.local.count('token')).toBe(1);
    const row = await store.local.row('token', await tokenId(auth.client_token));
    expect(row).toMatchObject({
      accessor: auth.accessor,
      path: 'auth/userpass/login/tester',
      expires_at: NOW + 3_600_000,
      parent: null,
    });
    expect(JSON.stringify({ ...row, value: row?.value.toString('utf8') })).not.toContain(auth.client_token);
  });

  it('gives the same token another id on another cluster, and lets nobody in there with it', async () => {
    const { auth } = await create();
    const other = await cluster();
    expect(await other.tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
    await other.committed((unit) => other.tokens.createRoot(unit, NOW, 'dev'));
    await committed((unit) => tokens.createRoot(unit, NOW, 'dev'));
    expect((await other.tokens.authenticate('dev', HERE, NOW))?.tokenId).not.toBe(await tokenId('dev'));
  });

  it('knows no token that has expired, before any sweep', async () => {
    const { auth } = await create();
    expect(await tokens.authenticate(auth.client_token, HERE, NOW + 3_599_999)).toBeDefined();
    expect(await tokens.authenticate(auth.client_token, HERE, NOW + 3_600_000)).toBeUndefined();
  });

  it('lets a bound token in from its addresses only', async () => {
    const { auth } = await create({ boundCidrs: ['10.0.0.0/8'] });
    expect(await tokens.authenticate(auth.client_token, from('10.1.2.3'), NOW)).toBeDefined();
    expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
  });

  it("caps a login's life by the mount, with a warning", async () => {
    const { auth, warnings } = await create({ ttlSeconds: 10_000 });
    expect(auth.lease_duration).toBe(7200);
    expect(warnings).toHaveLength(1);
  });

  it('gives no root token to a login', async () => {
    await expect(
      tokens.createFromGrant(store.begin(), { ...login, policies: [' Root'] }, origin),
    ).rejects.toMatchObject({ status: 400 });
  });

  it('makes root tokens of 28 characters that never expire, or of any text', async () => {
    const { clientToken } = await committed((unit) => tokens.createRoot(unit, NOW));
    expect(clientToken).toHaveLength(28);
    await committed((unit) => tokens.createRoot(unit, NOW, 'dev only'));
    for (const token of [clientToken, 'dev only']) {
      expect(await tokens.authenticate(token, HERE, NOW * 2)).toMatchObject({ isRoot: true, policies: ['root'] });
    }
    await expect(tokens.createRoot(store.begin(), NOW, 'dev only')).rejects.toThrow(
      'cannot create a token with a duplicate ID',
    );
  });

  it('takes one use after the other, and nobody gets in after the last', async () => {
    const { auth } = await create({ numUses: 2 });
    for (const left of [2, 1]) {
      const caller = await tokens.authenticate(auth.client_token, HERE, NOW);
      expect(caller?.numUses).toBe(left);
      await committed((unit) => tokens.consumeUse(unit, caller!));
    }
    expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
  });

  it('gives the last use to one of two requests', async () => {
    const { auth } = await create({ numUses: 1 });
    const caller = (await tokens.authenticate(auth.client_token, HERE, NOW))!;
    const [first, second] = [store.begin(), store.begin()];
    await Promise.all([tokens.consumeUse(first, caller), tokens.consumeUse(second, caller)]);
    const results = await Promise.allSettled([first.commit(), second.commit()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(tokens.consumeUse(store.begin(), caller)).rejects.toMatchObject({ status: 403 });
  });

  it('tells the last use by what it wrote, not by what the caller was told before', async () => {
    const { auth } = await create({ numUses: 2 });
    const [one, other] = [
      (await tokens.authenticate(auth.client_token, HERE, NOW))!,
      (await tokens.authenticate(auth.client_token, HERE, NOW))!,
    ];
    expect([one.numUses, other.numUses]).toEqual([2, 2]);
    expect(await committed((unit) => tokens.consumeUse(unit, one))).toBe(false);
    expect(await committed((unit) => tokens.consumeUse(unit, other))).toBe(true);
    await tokens.revokeSpent(other, NOW);
    expect(await store.local.count('token')).toBe(0);
  });

  it('revokes a spent token after its request, with what it leased', async () => {
    const { auth } = await create({ numUses: 1 });
    const caller = (await tokens.authenticate(auth.client_token, HERE, NOW))!;
    expect(await committed((unit) => tokens.consumeUse(unit, caller))).toBe(true);
    expect(await tokens.entryOfCaller(store.begin(), caller)).toBeDefined();
    await tokens.revokeSpent(caller, NOW);
    expect(await store.local.count('token')).toBe(0);
  });

  describe('revoking', () => {
    async function family() {
      const parent = (await create()).auth.client_token;
      const child = (await create({}, { parentId: await tokenId(parent) })).auth.client_token;
      const grandchild = (await create({}, { parentId: await tokenId(child) })).auth.client_token;
      const stranger = (await create()).auth.client_token;
      return { parent, child, grandchild, stranger };
    }

    const living = async (all: Record<string, string>): Promise<string[]> => {
      const found = await Promise.all(
        Object.entries(all).map(async ([name, token]) => ((await tokens.authenticate(token, HERE, NOW)) ? [name] : [])),
      );
      return found.flat();
    };

    it('ends a token with its descendants, at once, although they were known', async () => {
      const all = await family();
      expect(await living(all)).toHaveLength(4);
      const id = await tokenId(all.parent);
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      expect(await living(all)).toEqual(['stranger']);
      expect(await store.local.count('token')).toBe(1);
    });

    it('leaves the children as orphans when asked to', async () => {
      const all = await family();
      const id = await tokenId(all.child);
      await committed((unit) => tokens.revokeOrphan(unit, id, NOW));
      expect(await living(all)).toEqual(['parent', 'grandchild', 'stranger']);
      expect(await tokens.authenticate(all.grandchild, HERE, NOW)).toMatchObject({ orphan: true });
      const parentId = await tokenId(all.parent);
      await committed((unit) => tokens.revokeTree(unit, parentId, NOW));
      expect(await living(all)).toEqual(['grandchild', 'stranger']);
    });

    it('makes the leases due and empties the cubbyhole', async () => {
      const { auth } = await create();
      const id = await tokenId(auth.client_token);
      const value = Buffer.from('{}');
      await committed(async ({ local }) => {
        local.put('lease', { id: 'database/creds/r/1', token: id, expires_at: NOW + 1000, mount: 'm', value });
        local.put('record', { key: `entry/cubbyhole/${id}/secret`, value });
        local.put('record', { key: 'entry/cubbyhole/another/secret', value });
      });
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      expect(await store.local.row('lease', 'database/creds/r/1')).toMatchObject({ expires_at: NOW });
      expect(await store.local.keys('entry/')).toEqual(['entry/cubbyhole/another/secret']);
    });

    it('does not let a child slip in beside it', async () => {
      const { auth } = await create();
      const id = await tokenId(auth.client_token);
      const creating = store.begin();
      await tokens.create(creating, login, { ...origin, parentId: id });
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      await expect(creating.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      await expect(create({}, { parentId: id })).rejects.toMatchObject({ status: 400 });
    });
  });

  it.each([
    ['default', undefined, 'service'],
    ['batch', undefined, 'batch'],
    ['batch', 'default-batch', 'batch'],
    ['default', 'default-batch', 'batch'],
    ['service', 'default-batch', 'service'],
    ['service', 'batch', 'batch'],
    ['batch', 'service', 'service'],
    ['default-batch', 'default-service', 'batch'],
  ] as const)('a grant of type %s at a mount of type %s makes a %s token', async (tokenType, ofMount, expected) => {
    const at = { ...origin, mount: { ...mount, ...(ofMount && { tokenType: ofMount }) } };
    expect((await tokens.create(store.begin(), { ...login, tokenType }, at)).auth.token_type).toBe(expected);
  });

  it('asks the store once for a token that many use, and forgets it when it changes', async () => {
    const { auth } = await create();
    const reads = jest.spyOn(store.local, 'row');
    await Promise.all(Array.from({ length: 5 }, () => tokens.authenticate(auth.client_token, HERE, NOW)));
    expect(reads.mock.calls.filter(([table]) => table === 'token')).toHaveLength(1);
    const id = await tokenId(auth.client_token);
    await committed((unit) => tokens.revokeTree(unit, id, NOW));
    expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
  });
});
