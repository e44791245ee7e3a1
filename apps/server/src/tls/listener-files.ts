import { reasonOf } from '@tidelock/kernel';
import { isKeyOf, type PemKind, readPem } from './pem-file';

/** Where a listener's certificate lies. */
export interface ListenerFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string;
}

export interface ListenerPems {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/**
 * A listener's certificate and key as they lie in the files now.
 *
 * @throws {Error} naming the configuration's key and the file.
 */
export function readListenerFiles({ certFile, keyFile, clientCaFile }: ListenerFiles): ListenerPems {
  const cert = named('tls_cert_file', certFile, 'certificates');
  const key = named('tls_key_file', keyFile, 'private key');
  if (!isKeyOf(cert, key))
    throw new Error(
      `"tls_key_file" must be the private key of "tls_cert_file" (${certFile}), and ${keyFile} is another's`,
    );
  return { cert, key, ...(clientCaFile && { ca: named('tls_client_ca_file', clientCaFile, 'certificates') }) };
}

function named(name: string, file: string, kind: PemKind): string {
  try {
    return readPem(file, kind);
  } catch (error) {
    throw new Error(`"${name}" ${reasonOf(error)}`);
  }
}
