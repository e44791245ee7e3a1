import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, type TlsOptions } from '@tidelock/client';
import { type ParsedFlags, switchFlag, textFlag, UsageError } from '../flags/parse-flags';

const DEFAULT_ADDRESS = 'https://127.0.0.1:8200';
const TOKEN_FILE = join(homedir(), '.vault-token');

/** A variable of the environment: ours wins over Vault's. */
export const setting = (name: string): string | undefined => process.env[`TIDELOCK_${name}`] || process.env[`VAULT_${name}`] || undefined;

export const addressOf = (flags: ParsedFlags): string => textFlag(flags, 'address') ?? setting('ADDR') ?? DEFAULT_ADDRESS;

export const formatOf = (flags: ParsedFlags): string => textFlag(flags, 'format') ?? setting('FORMAT') ?? 'table';

/** The server that flags and environment name. @throws {UsageError} for files that cannot be read. */
export function clientOf(flags: ParsedFlags, token = storedToken()): ApiClient {
  const namespace = textFlag(flags, 'namespace') ?? textFlag(flags, 'ns') ?? setting('NAMESPACE');
  const wrapTtl = textFlag(flags, 'wrap-ttl') ?? setting('WRAP_TTL');
  const retries = setting('MAX_RETRIES');
  return new ApiClient({
    address: addressOf(flags),
    token,
    tls: tlsOf(flags),
    ...(namespace && { namespace }),
    ...(wrapTtl && { wrapTtl }),
    ...(retries && { maxRetries: Number(retries) }),
  });
}

/** The token of the environment, or of the last login. */
export function storedToken(): string {
  const token = setting('TOKEN');
  if (token !== undefined) return token;
  try {
    return readFileSync(TOKEN_FILE, 'utf8').trim();
  } catch {
    return '';
  }
}

export const storeToken = (token: string): void => writeFileSync(TOKEN_FILE, token, { mode: 0o600 });

export const forgetToken = (): void => rmSync(TOKEN_FILE, { force: true });

function tlsOf(flags: ParsedFlags): TlsOptions {
  const given = (flag: string, name: string): string | undefined => textFlag(flags, flag) ?? setting(name);
  const [cert, key] = [given('client-cert', 'CLIENT_CERT'), given('client-key', 'CLIENT_KEY')];
  const serverName = given('tls-server-name', 'TLS_SERVER_NAME');
  const ca = authoritiesOf(given('ca-cert', 'CACERT'), given('ca-path', 'CAPATH'));
  return {
    ...(ca && { ca }),
    ...(cert && { cert: read(cert) }),
    ...(key && { key: read(key) }),
    ...(serverName && { serverName }),
    ...((switchFlag(flags, 'tls-skip-verify') || /^(?:1|t|true)$/i.test(setting('SKIP_VERIFY') ?? '')) && { skipVerify: true }),
  };
}

function authoritiesOf(file: string | undefined, folder: string | undefined): string[] | undefined {
  const bytes = setting('CACERT_BYTES');
  if (bytes !== undefined) return [bytes];
  if (file !== undefined) return [read(file)];
  return folder === undefined ? undefined : readdirSync(folder).map((name) => read(join(folder, name)));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`error reading ${file}: ${(error as Error).message}`);
  }
}
