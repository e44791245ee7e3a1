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

/** @throws {Error} when a file cannot be read. */
export function agentOptions(tls: TlsSettings): AgentOptions {
  const ca = authoritiesOf(tls);
  return {
    ...(ca && { ca }),
    ...(tls.clientCertFile && { cert: readFileSync(tls.clientCertFile) }),
    ...(tls.clientKeyFile && { key: readFileSync(tls.clientKeyFile) }),
    ...(tls.serverName && { servername: tls.serverName }),
    ...(tls.skipVerify && { rejectUnauthorized: false }),
  };
}

function authoritiesOf({ caBytes, caFile, caPath }: TlsSettings): Array<string | Buffer> | undefined {
  if (caBytes) return [caBytes];
  if (caFile) return [readFileSync(caFile)];
  if (!caPath) return undefined;
  const files = readdirSync(caPath, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return files.map(({ name }) => readFileSync(join(caPath, name)));
}
