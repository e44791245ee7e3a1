import { ApiClient, type TlsSettings } from '@tidelock/client';
import { parseDurationSeconds } from '@tidelock/kernel';
import type { Call } from '../call/command';
import { LocalError } from '../call/local-error';

const DEFAULT_ADDRESS = 'https://127.0.0.1:8200';

interface Special {
  readonly maxRetries?: number;
  /** `''`: none, whatever environment and token file say. */
  readonly token?: string;
}

/** The client that flags, environment and token file describe, in this order. */
export async function clientOf(call: Call, special: Special = {}): Promise<ApiClient> {
  const { flags, environment } = call;
  try {
    return new ApiClient({
      address: flags.text('address') ?? environment.get('ADDR') ?? DEFAULT_ADDRESS,
      token: special.token ?? environment.get('TOKEN') ?? (await call.tokenFile.load()),
      namespace: flags.text('namespace') ?? environment.get('NAMESPACE'),
      tls: tlsOf(call),
      timeoutMs: timeoutOf(call),
      maxRetries: special.maxRetries ?? retriesOf(call),
      headers: headersOf(call),
    });
  } catch (error) {
    throw error instanceof TypeError ? new LocalError(error.message) : error;
  }
}

function tlsOf({ flags, environment }: Call): TlsSettings {
  return {
    caBytes: flags.text('ca-cert') ? undefined : environment.get('CACERT_BYTES'),
    caFile: flags.text('ca-cert') ?? environment.get('CACERT'),
    caPath: flags.text('ca-path') ?? environment.get('CAPATH'),
    clientCertFile: flags.text('client-cert') ?? environment.get('CLIENT_CERT'),
    clientKeyFile: flags.text('client-key') ?? environment.get('CLIENT_KEY'),
    serverName: flags.text('tls-server-name') ?? environment.get('TLS_SERVER_NAME'),
    skipVerify: flags.boolean('tls-skip-verify') ?? /^(?:1|t|true)$/i.test(environment.get('SKIP_VERIFY') ?? ''),
  };
}

function timeoutOf({ environment }: Call): number | undefined {
  const text = environment.get('CLIENT_TIMEOUT');
  return text === undefined ? undefined : parseDurationSeconds(text, environment.nameOf('CLIENT_TIMEOUT')) * 1000;
}

function retriesOf({ environment }: Call): number | undefined {
  const text = environment.get('MAX_RETRIES');
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text))
    throw new LocalError(`${environment.nameOf('MAX_RETRIES')}: expected a number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function headersOf({ flags, environment }: Call): Record<string, string | string[]> {
  const wrapTtl = flags.text('wrap-ttl') ?? environment.get('WRAP_TTL');
  const mfa = flags.texts('mfa').length > 0 ? [...flags.texts('mfa')] : environment.get('MFA')?.split(',');
  return {
    ...Object.fromEntries(flags.texts('header').map(headerOf)),
    ...(wrapTtl && { 'x-vault-wrap-ttl': wrapTtl }),
    ...(mfa && { 'x-vault-mfa': mfa }),
    ...(flags.boolean('policy-override') && { 'x-vault-policy-override': 'true' }),
  };
}

function headerOf(pair: string): [string, string] {
  const split = pair.indexOf('=');
  if (split < 1) throw new LocalError(`-header ${JSON.stringify(pair)}: expected name=value`);
  return [pair.slice(0, split), pair.slice(split + 1)];
}
