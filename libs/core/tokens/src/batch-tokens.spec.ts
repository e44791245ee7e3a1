import type { AuthGrant } from '@tidelock/engine-api';
import { sealBatchToken } from './batch-token';
import type { TokenEntry } from './token-entry';
import { cluster, HERE, login, NOW, origin, type TokenCluster } from './token-store.testing';

describe('TokenStore', () => {
  let { barrier, store, tokens, committed, create, tokenId } = {} as TokenCluster;
  beforeEach(async () => {
    ({ barrier, store, tokens, committed, create, tokenId } = await cluster());
  });

  describe('batch tokens', () => {
    const batch: Partial<AuthGrant> = { tokenType: 'batch' };

    it('are stored nowhere, and orphans are good on every cluster of the set', async () => {
      const unit = store.begin();
      const { auth } = await tokens.create(unit, { ...login, ...batch }, origin);
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
      const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, { ...origin, parentId: id });
      const other = await cluster();
      expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toMatchObject({ orphan: false });
      expect(await other.tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
      await committed((unit) => tokens.revokeTree(unit, id, NOW));
      expect(await tokens.authenticate(auth.client_token, HERE, NOW)).toBeUndefined();
    });

    it("that are forged or garbled are nobody's", async () => {
      const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, origin);
      const bytes = Buffer.from(auth.client_token.slice(4), 'base64url');
      bytes[bytes.length - 1]! ^= 1;
      for (const token of [`hvb.${bytes.toString('base64url')}`, 'hvb.', 'hvb.AAAA', 'hvb.%%%']) {
        expect(await tokens.authenticate(token, HERE, NOW)).toBeUndefined();
      }
    });

    describe('minted by somebody who holds the keys', () => {
      const minted = async (forged: object) => {
        const { auth } = await tokens.create(store.begin(), { ...login, ...batch }, origin);
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
});
