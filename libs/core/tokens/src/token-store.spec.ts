import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { AuthGrant, Connection } from '@tidelock/engine-api';
import { mountView } from '@tidelock/engine-testing';
import { silentLogger } from '@tidelock/kernel';
import { openStore, type Store, type UnitOfWork } from '@tidelock/store';
import { sealBatchToken } from './batch-token';
import type { TokenEntry } from './token-entry';
import { TokenStore } from './token-store';

const NOW = 1_700_000_000_000;
const from = (remoteAddress: string): Connection => ({ remoteAddress, remotePort: 4000 });
const HERE = from('127.0.0.1');
const mount = mountView('userpass', { path: 'auth/userpass/', defaultLeaseTtlSeconds: 3600, maxLeaseTtlSeconds: 7200 });
const place = { path: 'auth/userpass/login/tester', mount, now: NOW };
const login: AuthGrant = {
  displayName: 'userpass-tester',
  policies: ['Dev', 'dev '],
  metadata: { username: 'tester' },
  ttlSeconds: 0,
  renewable: true,
};

describe('TokenStore', () => {
  const rootKey = randomBytes(32);
  const keyring = Barrier.newKeyring(rootKey, NOW);
  const opened: Store[] = [];
  let store: Store;
  let tokens: TokenStore;

  /** A cluster of one replication set: its own store, the common keyring. */
  async function cluster(): Promise<{ store: Store; tokens: TokenStore }> {
    const barrier = new Barrier();
    barrier.unseal(rootKey, keyring);
    const own = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    opened.push(own);
    return { store: own, tokens: new TokenStore(own, barrier, { prefixesOf: (id) => [`entry/cubbyhole/${id}/`] }) };
  }

  async function committed<T>(work: (unit: UnitOfWork) => Promise<T>, on: Store = store): Promise<T> {
    const unit = on.begin();
    const result = await work(unit);
    await unit.commit();
    return result;
  }

  const create = (grant: Partial<AuthGrant> = {}, more: object = {}) =>
    committed((unit) => tokens.create(unit, { ...login, ...grant }, { ...place, ...more }));

  const tokenId = async (clientToken: string): Promise<string> =>
    (await tokens.authenticate(clientToken, HERE, NOW))?.tokenId ?? 'unknown';

  beforeEach(async () => {
    ({ store, tokens } = await cluster());
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  it("makes a login's token: an orphan with ordered policies and the mount's life", async () => {
    const auth = await committed((unit) => tokens.createFromGrant(unit, login, place));
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
    await committed((unit) => other.tokens.createRoot(unit, 'dev'), other.store);
    await committed((unit) => tokens.createRoot(unit, 'dev'));
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
    await expect(tokens.createFromGrant(store.begin(), { ...login, policies: [' Root'] }, place)).rejects.toMatchObject(
      { status: 400 },
    );
  });

  it('makes root tokens of 28 characters that never expire, or of any text', async () => {
    const { clientToken } = await committed((unit) => tokens.createRoot(unit));
    expect(clientToken).toHaveLength(28);
    await committed((unit) => tokens.createRoot(unit, 'dev only'));
    for (const token of [clientToken, 'dev only']) {
      expect(await tokens.authenticate(token, HERE, NOW * 2)).toMatchObject({ isRoot: true, policies: ['root'] });
    }
    await expect(tokens.createRoot(store.begin(), 'dev only')).rejects.toThrow(
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
    await tokens.revokeSpent(other);
    expect(await store.local.count('token')).toBe(0);
  });

  it('revokes a spent token after its request, with what it leased', async () => {
    const { auth } = await create({ numUses: 1 });
    const caller = (await tokens.authenticate(auth.client_token, HERE, NOW))!;
    expect(await committed((unit) => tokens.consumeUse(unit, caller))).toBe(true);
    expect(await tokens.entryOfCaller(store.begin(), caller)).toBeDefined();
    await tokens.revokeSpent(caller);
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
        local.put('lease', { id: 'database/creds/r/1', token: id, expires_at: NOW + 1000, value });
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
      await tokens.create(creating, login, { ...place, parentId: id });
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      await expect(creating.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      await expect(create({}, { parentId: id })).rejects.toMatchObject({ status: 400 });
    });
  });

  describe('batch tokens', () => {
    const batch: Partial<AuthGrant> = { tokenType: 'batch' };

    it('are stored nowhere, and orphans are good on every cluster of the set', async () => {
      const unit = store.begin();
      const { auth } = await tokens.create(unit, { ...login, ...batch }, place);
      expect(unit.isEmpty).toBe(true);
      expect(auth).toMatchObject({ accessor: '', renewable: false, token_type: 'batch', lease_duration: 3600 });
      expect(auth.client_token).toMatch(/^hvb\.[\w-]+$/);
      const other = await cluster();
      for (const each of [tokens, other.tokens]) {
        expect(await each.authenticate(auth.client_token, HERE, NOW)).toMatchObject({
          policies: ['default', 'dev'],
          type: 'batch',
        });
        expect(await each.authenticate(auth.client_token, HERE, NOW + 3_600_000)).toBeUndefined();
      }
    });

    it('with a parent live where, and as long as, the parent does', async () => {
      const parent = (await create()).auth.client_token;
      const id = await tokenId(parent);
      const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, { ...place, parentId: id });
      const other = await cluster();
      expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toMatchObject({ orphan: false });
      expect(await other.tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
    });

    it("that are forged or garbled are nobody's", async () => {
      const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, place);
      const bytes = Buffer.from(auth.client_token.slice(4), 'base64url');
      bytes[bytes.length - 1]! ^= 1;
      for (const token of [`hvb.${bytes.toString('base64url')}`, 'hvb.', 'hvb.AAAA', 'hvb.%%%']) {
        expect(await tokens.authenticate(token, HERE, NOW)).toBeUndefined();
      }
    });

    describe('minted by somebody who holds the keys', () => {
      const minted = async (forged: object) => {
        const barrier = new Barrier();
        barrier.unseal(rootKey, keyring);
        const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, place);
        const { tokens: at, store: own } = await cluster();
        const entry = (await at.find(own.local, auth.client_token, NOW)) as TokenEntry;
        return tokens.authenticate(sealBatchToken({ ...entry, ...forged }, barrier), HERE, NOW);
      };

      it('open when they are what a login could have given', async () => {
        expect(await minted({ policies: ['dev'] })).toMatchObject({ policies: ['dev'], isRoot: false });
      });

      it.each([
        ['the policy root', { policies: ['default', 'root'] }],
        ['the policy of wrapping tokens', { policies: ['response-wrapping', 'dev'] }],
        ['another type', { type: 'service' }],
        ['no end', { expiresAt: null }],
        ['no list of policies', { policies: 'root' }],
      ])('never open with %s', async (_, forged) => {
        expect(await minted(forged)).toBeUndefined();
      });
    });

    it.each([
      ['period', { periodSeconds: 5 }],
      ['num_uses', { numUses: 5 }],
      ['explicit_max_ttl', { explicitMaxTtlSeconds: 5 }],
    ])('cannot have %s', async (name, limit) => {
      await expect(create({ ...batch, ...limit })).rejects.toThrow(`batch tokens cannot have "${name}" set`);
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
    const at = { ...place, mount: { ...mount, ...(ofMount && { tokenType: ofMount }) } };
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
