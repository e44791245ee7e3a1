import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { BootstrapSecrets } from './bundle';

const ALGORITHM = 'ECDH-ES+A256KW';
const ENCRYPTION = 'A256GCM';

/** A joiner's one-time key pair (P-256): secrets sent to it open in this process only. */
export interface JoinerKey {
  readonly publicKey: JWK;
  open(jwe: string): Promise<BootstrapSecrets>;
}

export async function newJoinerKey(): Promise<JoinerKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'P-256' });
  return {
    publicKey: await exportJWK(publicKey),
    async open(jwe) {
      const { plaintext } = await compactDecrypt(jwe, privateKey, {
        keyManagementAlgorithms: [ALGORITHM],
        contentEncryptionAlgorithms: [ENCRYPTION],
      });
      return JSON.parse(Buffer.from(plaintext).toString('utf8')) as BootstrapSecrets;
    },
  };
}

export async function encryptToJoiner(secrets: BootstrapSecrets, publicKey: JWK): Promise<string> {
  const key = await importJWK(publicKey, ALGORITHM);
  return new CompactEncrypt(Buffer.from(JSON.stringify(secrets)))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION })
    .encrypt(key);
}
