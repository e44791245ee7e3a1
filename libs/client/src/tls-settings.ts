import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentOptions } from 'node:https';

/** How the server's certificate is judged, and which one the client shows. All material is PEM. */
export interface TlsSettings {
  /** The certificate authority itself; wins over `caFile`, which wins over `caPath`. None: the system's. */
  readonly caBytes?: string | undefined;
  readonly caFile?: string | undefined;
  /** A folder of certificate authorities. */
  readonly caPath?: string | undefined;
  readonly clientCertFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
  /** Name to ask for (SNI) and to check the certificate against. */
  readonly serverName?: string | undefined;
  readonly skipVerify?: boolean | undefined;
}

/** A file of the client's own TLS settings that is not what it should be. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError';

  /** @param setting which one, as in `TlsSettings`. */
  constructor(
    readonly setting: keyof TlsSettings,
    message: string,
  ) {
    super(message);
  }
}

/** @throws {TlsFileError} when a file cannot be read, or authorities are none. */
export function agentOptions(tls: TlsSettings): AgentOptions {
  const ca = authoritiesOf(tls);
  return {
    ...(ca && { ca }),
    ...(tls.clientCertFile && { cert: contentOf('clientCertFile', tls.clientCertFile) }),
    ...(tls.clientKeyFile && { key: contentOf('clientKeyFile', tls.clientKeyFile) }),
    ...(tls.serverName && { servername: tls.serverName }),
    ...(tls.skipVerify && { rejectUnauthorized: false }),
  };
}

function authoritiesOf({ caBytes, caFile, caPath }: TlsSettings): Array<string | Buffer> | undefined {
  if (caBytes) return [checked('caBytes', caBytes, 'the text')];
  if (caFile) return [checked('caFile', contentOf('caFile', caFile), caFile)];
  if (!caPath) return undefined;
  return filesIn(caPath).map((name) => contentOf('caPath', join(caPath, name)));
}

/** Without this a key in the place of a certificate would be a server that is not trusted, and nobody would know why. */
function checked(setting: keyof TlsSettings, pem: string, where: string): string {
  if (pem.includes('-----BEGIN CERTIFICATE-----') || pem.includes('-----BEGIN TRUSTED CERTIFICATE-----')) return pem;
  throw new TlsFileError(setting, `${where} holds no certificate in PEM form`);
}

function contentOf(setting: keyof TlsSettings, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TlsFileError(setting, (error as Error).message);
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    throw new TlsFileError('caPath', (error as Error).message);
  }
}
