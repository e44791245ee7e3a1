import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest, STATUS_CODES } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { type TroubleKind, troubleOf } from '@tidelock/client';
import { badRequest, parseJson, reasonOf, TidelockError } from '@tidelock/kernel';
import { stepFailed, type UnwrapOrder } from '@tidelock/replication';

const PATIENCE_MS = 10_000;
/** Codes of a handshake that fails for another reason than those that have a name. */
const TLS_TROUBLE = /CERT|ERR_TLS|ERR_SSL|EPROTO|ERR_OSSL/;
const SPEAKS_TLS = /sent an HTTP request to an HTTPS server/;
const GIVE_ADDRESS = "give an address of the primary's API that works from here as primary_api_addr";
const GIVE_CA =
  "give the CA of the primary's API certificate as ca_file=<path on this server> or ca_path (and client_cert_pem, client_key_pem if it asks for them)";
/** What is about TLS, and what the operator does then. */
const TLS_STEPS: Partial<Record<TroubleKind, (url: URL) => string>> = {
  'unknown-authority': () => GIVE_CA,
  expired: () => "the primary's API needs a new certificate",
  'not-yet-valid': () => 'set the clocks, or wait',
  'other-name': () => "give an address of the primary's API that is in its certificate as primary_api_addr",
  'speaks-http': ({ host }) => `give primary_api_addr=http://${host}, or a certificate to the primary`,
};

/**
 * Redeems an activation token at the primary's API (`POST sys/wrapping/unwrap`), once.
 *
 * @returns `data` of what the token wrapped.
 * @throws {TidelockError} INVALID_REQUEST when the primary refuses the token, with Vault's text;
 *   PRIMARY_UNREACHABLE (502) naming the address when there is no answer.
 */
export async function unwrapAtPrimary(order: UnwrapOrder): Promise<unknown> {
  return dataIn(await ask(order, 'unwrap'));
}

/**
 * Asks whether the primary would unwrap the token (`POST sys/wrapping/lookup`).
 *
 * @returns path of the request whose answer it wraps, `""` where that is not told.
 * @throws as `unwrapAtPrimary` does.
 */
export async function lookUpAtPrimary(order: UnwrapOrder): Promise<string> {
  const { creation_path: path } = (dataIn(await ask(order, 'lookup')) ?? {}) as { readonly creation_path?: unknown };
  return typeof path === 'string' ? path : '';
}

/** @returns the answer's body. */
async function ask(order: UnwrapOrder, call: 'unwrap' | 'lookup'): Promise<string> {
  // In errors as in Vault, which looks nothing up before.
  const url = addressOf(order.address, 'unwrap');
  const tls = await tlsOptionsOf(order);
  const { status, text } = await post(
    addressOf(order.address, call),
    JSON.stringify({ token: order.token }),
    tls,
  ).catch(async (error: unknown) => {
    throw await unreachable(url, error);
  });
  if (status === 400 && SPEAKS_TLS.test(text)) throw speaksTls(url);
  if (status !== 200) throw refused(status, url);
  return text;
}

async function unreachable(url: URL, error: unknown): Promise<TidelockError> {
  const trouble = await troubleOf(error, url);
  const tlsStep = trouble && TLS_STEPS[trouble.kind];
  const isTls =
    tlsStep !== undefined || (trouble === undefined && TLS_TROUBLE.test(String((error as { code?: unknown }).code)));
  return stepFailed(isTls ? 'TLS' : 'address', {
    code: 'PRIMARY_UNREACHABLE',
    tried: url.origin,
    cause: error,
    text: `error unwrapping secondary token: Post "${url.href}": ${trouble ? `${trouble.text} (${reasonOf(error)})` : reasonOf(error)}`,
    next: tlsStep?.(url) ?? (isTls ? GIVE_CA : GIVE_ADDRESS),
  });
}

const speaksTls = (url: URL): TidelockError =>
  stepFailed('TLS', {
    code: 'PRIMARY_UNREACHABLE',
    tried: url.origin,
    next: `give primary_api_addr=https://${url.host}; ${GIVE_CA}`,
    text: `error unwrapping secondary token: Post "${url.href}": the server at ${url.host} speaks TLS, not plain HTTP`,
  });

/** Vault's text; its client does not tell the reasons in the primary's answer, either. */
function refused(status: number, url: URL): TidelockError {
  return stepFailed('token', {
    code: 'INVALID_REQUEST',
    multi: true,
    tried: url.origin,
    text: `error response unwrapping secondary token; status code is ${status}, message is "${status} ${STATUS_CODES[status] ?? ''}"`,
    next:
      status < 500
        ? 'the token was used, has expired, was revoked or changed, or is of another primary; revoke its id there and make a new one'
        : 'that server cannot answer now; see whether it is sealed, and try again with the same token',
  });
}

function dataIn(text: string): unknown {
  try {
    return (parseJson(text) as { data?: unknown }).data;
  } catch {
    return undefined;
  }
}

function addressOf(address: string, call: string): URL {
  try {
    const url = new URL(`${address.replace(/\/+$/, '')}/v1/sys/wrapping/${call}`);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Not an address: refused below.
  }
  throw badRequest(`primary_api_addr must be an address such as https://primary.example.com:8200, not "${address}"`);
}

async function tlsOptionsOf({ caFile, caPath, clientCertificate, clientKey }: UnwrapOrder): Promise<RequestOptions> {
  const authorities = await authoritiesIn(caFile, caPath);
  return {
    ...(authorities && { ca: authorities }),
    ...(clientCertificate && { cert: clientCertificate }),
    ...(clientKey && { key: clientKey }),
  };
}

/** PEM texts; `undefined` = the system's roots. */
async function authoritiesIn(caFile: string | undefined, caPath: string | undefined): Promise<string[] | undefined> {
  try {
    if (caFile) return [await readFile(caFile, 'utf8')];
    if (!caPath) return undefined;
    const names = (await readdir(caPath)).filter((name) => /\.(?:pem|crt|cer)$/.test(name));
    return await Promise.all(names.map((name) => readFile(join(caPath, name), 'utf8')));
  } catch (error) {
    throw badRequest(`error reading ${caFile ? 'ca_file' : 'ca_path'}: ${reasonOf(error)}`);
  }
}

function post(url: URL, body: string, tls: RequestOptions): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-vault-request': 'true' },
      agent: false,
      ...tls,
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    const timer = setTimeout(() => request.destroy(new Error('i/o timeout')), PATIENCE_MS);
    request.on('error', reject);
    request.on('close', () => clearTimeout(timer));
    request.end(body);
  });
}
