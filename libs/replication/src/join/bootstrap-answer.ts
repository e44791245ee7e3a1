import type { Barrier } from '@tidelock/barrier';
import { TidelockError } from '@tidelock/kernel';
import { KEYRING, SHARES, type Store } from '@tidelock/store';
import { encryptTo } from '../keys/recipient-key';
import { publicKeyOf } from '../membership/own-member';
import { keysOf, readCredentials, type Role, setBroker } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';
import type { BootstrapQuestion, BootstrapSecrets } from './bundle';
import { carriedBroker } from '../access/carried-broker';

/** The primary's answer to a joiner: the set's secrets, and the keys of its own stream only, as a JWE for its one-time key. */
export async function answerBootstrap(
  { store, barrier, settings, host }: ReplicationParts,
  role: Role,
  stream: string,
  question: BootstrapQuestion,
): Promise<{ jwe: string }> {
  const credentials = await readCredentials(store.local);
  const broker = setBroker(settings, credentials);
  const { keyring, sealConfig, rootKey } = await barrierKeys(store, barrier);
  if (broker === undefined || credentials.reign === undefined) throw new TidelockError('INTERNAL');
  const rootToken = question.development && settings.development ? host.developmentRootToken() : undefined;
  const secrets: BootstrapSecrets = {
    epoch: role.epoch,
    reignKey: publicKeyOf(credentials.reign.key),
    epochs: role.epochs,
    rootKey: rootKey.toString('base64'),
    keyring: keyring.toString('base64'),
    sealConfig: sealConfig.toString('base64'),
    stream,
    streamKeys: keysOf(credentials, stream),
    broker: carriedBroker(broker, question.broker),
    ...(rootToken !== undefined && { developmentRootToken: rootToken }),
  };
  return { jwe: await encryptTo(question.publicKey, secrets) };
}

/**
 * The barrier's keys, all of one rekey: a joiner whose seal, keyring and root key are not each other's would never open again.
 *
 * @throws {TidelockError} INTERNAL when there are none.
 */
async function barrierKeys({ replicated }: Pick<Store, 'replicated'>, barrier: Pick<Barrier, 'opens' | 'rootKey'>) {
  for (;;) {
    const keyring = await replicated.getSealed(KEYRING);
    const sealConfig = await replicated.getSealed(SHARES);
    const again = await replicated.getSealed(KEYRING);
    if (keyring === undefined || sealConfig === undefined || again === undefined) throw new TidelockError('INTERNAL');
    if (keyring.equals(again) && barrier.opens(keyring)) return { keyring, sealConfig, rootKey: barrier.rootKey };
    if (keyring.equals(again))
      throw new TidelockError('SEALED', { text: 'this cluster has not got the root key of the last rekey' });
  }
}
