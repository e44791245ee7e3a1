import type { ApiRequest } from '../../api/request';

const order = (path: string, body?: Readonly<Record<string, unknown>>): ApiRequest => ({
  method: 'POST',
  path,
  ...(body && { body }),
});

export const count = (type: 'all' | 'irrevocable'): ApiRequest => ({
  method: 'GET',
  path: 'sys/leases/count',
  ...(type === 'irrevocable' && { query: { type } }),
});

export const lookUp = (leaseId: string): ApiRequest => order('sys/leases/lookup', { lease_id: leaseId });

export const renew = (leaseId: string, increment: string): ApiRequest =>
  order('sys/leases/renew', { lease_id: leaseId, ...(increment.trim() !== '' && { increment: increment.trim() }) });

/** Behind the answer the secret is undone, and not only going to be. */
export const revoke = (leaseId: string): ApiRequest => order('sys/leases/revoke', { lease_id: leaseId, sync: true });

/** @param prefix ends in `/`. */
export const revokePrefix = (prefix: string): ApiRequest => order(`sys/leases/revoke-prefix/${bare(prefix)}`);
export const revokeForce = (prefix: string): ApiRequest => order(`sys/leases/revoke-force/${bare(prefix)}`);

export const TIDY: ApiRequest = order('sys/leases/tidy');

/** Where the names below a prefix are listed. */
export const listPath = (prefix: string): string => `sys/leases/lookup${prefix === '' ? '' : `/${bare(prefix)}`}`;

/** As an address has it, which keeps no slash at its end. */
export const bare = (prefix: string): string => prefix.replace(/\/+$/, '');

/** What an answer tells of a lease. It may tell anything. */
export interface Lease {
  readonly id?: unknown;
  readonly issue_time?: unknown;
  readonly expire_time?: unknown;
  readonly last_renewal?: unknown;
  readonly renewable?: unknown;
  readonly ttl?: unknown;
}

/** `a/`, `a/b/`, … for the way to a prefix. */
export function stepsTo(prefix: string): readonly { readonly name: string; readonly prefix: string }[] {
  const names = bare(prefix).split('/');
  return bare(prefix) === ''
    ? []
    : names.map((name, index) => ({ name, prefix: `${names.slice(0, index + 1).join('/')}/` }));
}

/** The lease of a token ends with the hash of the token's id. */
export const isOfToken = (leaseId: string): boolean => /\/h[0-9a-f]{64}$/.test(leaseId);
