import { TidelockError } from '@tidelock/kernel';
import type { JWK } from 'jose';
import { keysOf } from '../keys/keys-of-stream';
import { publicKeyOf } from '../members/own-member';
import { readCredentials, type Role } from '../roles/role-store';
import { setBroker } from '../roles/set-broker';
import type { ReplicationParts } from '../roles/settings';
import type { BootstrapQuestion } from './bundle';
import { carriedBroker } from './carried-broker';
import { encryptToJoiner } from './joiner-encryption';

/** The primary's answer to a joiner: the set's secrets, and the keys of its own stream only, as a JWE for its one-time key. */
export async function answerBootstrap(
  { store, barrier, settings, host }: ReplicationParts,
  role: Role,
  stream: string,
  question: BootstrapQuestion,
): Promise<{ jwe: string }> {
  const keyring = await store.replicated.getSealed('keyring');
  const credentials = await readCredentials(store.local);
  const broker = setBroker(settings, credentials);
  const sealConfig = await store.replicated.getSealed('seal-config');
  if (keyring === undefined || sealConfig === undefined || broker === undefined || credentials.reign === undefined) throw new TidelockError('INTERNAL');
  const rootToken = question.development && settings.development ? host.developmentRootToken() : undefined;
  const secrets = {
    epoch: role.epoch,
    reignKey: publicKeyOf(credentials.reign.key),
    epochs: role.epochs,
    rootKey: barrier.rootKey.toString('base64'),
    keyring: keyring.toString('base64'),
    sealConfig: sealConfig.toString('base64'),
    stream,
    streamKeys: keysOf(credentials, stream),
    broker: carriedBroker(broker, question.broker),
    ...(rootToken !== undefined && { developmentRootToken: rootToken }),
  };
  return { jwe: await encryptToJoiner(secrets, question.publicKey as JWK) };
}
