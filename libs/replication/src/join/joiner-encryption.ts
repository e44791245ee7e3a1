import type { JWK } from 'jose';
import { decryptWith, encryptTo, newRecipientKeyPair } from '../keys/recipient-key';
import type { BootstrapSecrets } from './bundle';

/** A joiner's one-time key pair: secrets sent to it open in this process only. */
export interface JoinerKey {
  readonly publicKey: JWK;
  open(jwe: string): Promise<BootstrapSecrets>;
}

export async function newJoinerKey(): Promise<JoinerKey> {
  const { publicKey, privateKey } = await newRecipientKeyPair();
  return { publicKey, open: (jwe) => decryptWith<BootstrapSecrets>(privateKey, jwe) };
}

export const encryptToJoiner = (secrets: BootstrapSecrets, publicKey: JWK): Promise<string> =>
  encryptTo(publicKey, secrets);
