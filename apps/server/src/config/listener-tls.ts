import type { SecureVersion } from 'node:tls';
import { reasonOf } from '@tidelock/kernel';
import { DEFAULT_MIN_VERSION, type TlsSettings } from '../http/public-listener';
import { readListenerFiles } from '../tls/listener-files';
import { ciphersOf } from './cipher-suites';
import { ConfigError } from './config-error';
import type { ListenerStanza } from './stanzas';

/** From the oldest to the newest. */
const VERSIONS = new Map<string, SecureVersion>([
  ['tls10', 'TLSv1'],
  ['tls11', 'TLSv1.1'],
  ['tls12', 'TLSv1.2'],
  ['tls13', 'TLSv1.3'],
]);

/** How a listener serves TLS. @throws {ConfigError} naming the key that is no good. */
export function tlsOf(stanza: ListenerStanza, place: string): TlsSettings {
  const { tls_cert_file: certFile, tls_key_file: keyFile, tls_client_ca_file: clientCaFile } = stanza;
  if (!certFile || !keyFile)
    throw new ConfigError(`${place} needs "tls_cert_file" and "tls_key_file", or "tls_disable = true" for plain HTTP`);
  const files = { certFile, keyFile, ...(clientCaFile && { clientCaFile }) };
  try {
    readListenerFiles(files);
  } catch (error) {
    throw new ConfigError(`${place}: ${reasonOf(error)}`);
  }
  const ciphers = ciphersOf(stanza.tls_cipher_suites, place);
  return {
    ...files,
    requireClientCert: stanza.tls_require_and_verify_client_cert ?? false,
    ...(stanza.tls_disable_client_certs && { askForClientCert: false }),
    ...versionsOf(stanza, place),
    ...(ciphers && { ciphers }),
  };
}

function versionsOf(
  { tls_min_version: min, tls_max_version: max }: ListenerStanza,
  place: string,
): Pick<TlsSettings, 'minVersion' | 'maxVersion'> {
  const [minVersion, maxVersion] = [VERSIONS.get(min ?? ''), VERSIONS.get(max ?? '')];
  const rank = (version: SecureVersion): number => [...VERSIONS.values()].indexOf(version);
  if (maxVersion && rank(maxVersion) < rank(minVersion ?? DEFAULT_MIN_VERSION)) {
    throw new ConfigError(
      `${place}: "tls_max_version" (${max}) must not be older than "tls_min_version" (${min ?? 'tls12, unless given'})`,
    );
  }
  return { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) };
}
