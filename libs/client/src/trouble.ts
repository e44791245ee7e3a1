import { connect } from 'node:tls';

/** Why no answer came, as far as that is known. */
export type TroubleKind =
  | 'speaks-http'
  | 'speaks-tls'
  | 'unknown-authority'
  | 'expired'
  | 'not-yet-valid'
  | 'other-name'
  | 'refused'
  | 'unknown-host'
  | 'unreachable'
  | 'cut-off';

export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence for a person. */
  readonly text: string;
}

/** Codes of Node and OpenSSL. */
const KINDS: Readonly<Record<string, TroubleKind>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown-authority',
  CERT_UNTRUSTED: 'unknown-authority',
  CERT_SIGNATURE_FAILURE: 'unknown-authority',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ERR_SSL_WRONG_VERSION_NUMBER: 'speaks-http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'speaks-http',
  ECONNRESET: 'cut-off',
  EPIPE: 'cut-off',
};
/** OpenSSL 3 under Node 20 tells these in the text alone. */
const NOT_TLS = /wrong version number|packet length too long|http request/;
const PATIENCE_MS = 3000;

/** @returns undefined for what is not known here: the error speaks for itself. */
export async function troubleOf(error: unknown, url: URL): Promise<Trouble | undefined> {
  const kind = kindOf(error);
  return kind && { kind, text: await TEXTS[kind](url) };
}

/** A refused dual-stack connection is an AggregateError without a text of its own. */
export function firstOf(error: unknown): unknown {
  const { errors } = (error ?? {}) as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : error;
}

export function kindOf(error: unknown): TroubleKind | undefined {
  const { code, message } = (firstOf(error) ?? {}) as { code?: unknown; message?: unknown };
  if (NOT_TLS.test(String(message))) return 'speaks-http';
  return Object.hasOwn(KINDS, String(code)) ? KINDS[String(code)] : undefined;
}

const TEXTS: Readonly<Record<TroubleKind, (url: URL) => string | Promise<string>>> = {
  'speaks-http': ({ host }) => `the server at ${host} speaks plain HTTP, not TLS`,
  'speaks-tls': ({ host }) => `the server at ${host} speaks TLS, not plain HTTP`,
  'unknown-authority': ({ host }) => `the certificate of ${host} is not signed by an authority that is trusted here`,
  expired: async (url) => `the certificate of ${url.host} has expired${await datedBy(url, 'valid_to')}`,
  'not-yet-valid': async (url) =>
    `the certificate of ${url.host} is not valid yet${await datedBy(url, 'valid_from')}; do the clocks agree?`,
  'other-name': ({ host }) => `the certificate of ${host} is for another name`,
  refused: ({ host }) => `nothing listens at ${host}`,
  'unknown-host': ({ hostname }) => `no address is known for the name ${hostname}`,
  unreachable: ({ host }) => `no way leads to ${host}, or a firewall is in it`,
  'cut-off': ({ host }) => `${host} closed the connection without an answer`,
};

/** The date in the certificate: a second handshake, in which nothing is sent, as the first one was ended before it could be read. */
function datedBy({ hostname, port }: URL, member: 'valid_to' | 'valid_from'): Promise<string> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port) || 443, rejectUnauthorized: false, timeout: PATIENCE_MS });
    const end = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.on('secureConnect', () => {
      const date = new Date(socket.getPeerCertificate()[member]);
      end(Number.isNaN(date.getTime()) ? '' : ` (${date.toISOString()})`);
    });
    socket.on('error', () => end(''));
    socket.on('timeout', () => end(''));
  });
}
