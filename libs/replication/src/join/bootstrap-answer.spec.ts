import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { openStore } from '@tidelock/store';
import { newSigningKey } from '@tidelock/stream';
import { decryptWith, newRecipientKeyPair } from '../keys/recipient-key';
import { type Credentials, NO_ROLE, writeCredentials } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';
import { answerBootstrap } from './bootstrap-answer';
import type { BootstrapQuestion, BootstrapSecrets } from './bundle';

describe('the answer to a joiner', () => {
  it("carries the set's shares, and nothing of this cluster's own seal", async () => {
    const rootKey = generateRootKey();
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 1));
    const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    const unit = store.begin();
    unit.replicated.putSealed('keyring', Barrier.newKeyring(rootKey, 1));
    unit.replicated.putSealed('seal-config', Buffer.from('shares of the set'));
    unit.local.put('cluster', { key: 'seal', value: Buffer.from('wrapped by the primary') });
    writeCredentials(unit.local, { reign: { key: newSigningKey() }, streamKeys: [] } as unknown as Credentials);
    await unit.commit();
    const { publicKey, privateKey } = await newRecipientKeyPair();
    const parts = { store, barrier, settings: { broker: { brokers: ['b'], topicPrefix: 't' } }, host: {} };
    const { jwe } = await answerBootstrap(parts as unknown as ReplicationParts, NO_ROLE, 'full', {
      publicKey,
      rotationKey: (await newRecipientKeyPair()).publicKey,
      development: false,
    } as unknown as BootstrapQuestion);
    const secrets = await decryptWith<BootstrapSecrets>(privateKey, jwe);
    expect(Buffer.from(secrets.sealConfig, 'base64').toString()).toBe('shares of the set');
    const values = Object.values(secrets).flatMap((value) => (typeof value === 'string' ? [value] : []));
    const told = JSON.stringify(secrets) + values.map((text) => Buffer.from(text, 'base64').toString()).join();
    expect(told).not.toContain('wrapped by the primary');
    await store.close();
  });
});
