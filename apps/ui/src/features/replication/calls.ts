import type { ApiRequest } from '../../api/request';
import type { Choice } from './paths-filter';

const PERFORMANCE = 'sys/replication/performance';

export interface EnablePrimary {
  readonly primaryClusterAddr: string;
}

export const enablePrimary = ({ primaryClusterAddr }: EnablePrimary): ApiRequest => ({
  method: 'POST',
  path: `${PERFORMANCE}/primary/enable`,
  body: present({ primary_cluster_addr: primaryClusterAddr }),
});

export interface EnableSecondary {
  readonly token: string;
  readonly primaryApiAddr: string;
  readonly caFile: string;
  readonly caPath: string;
}

export const enableSecondary = ({ token, primaryApiAddr, caFile, caPath }: EnableSecondary): ApiRequest => ({
  method: 'POST',
  path: `${PERFORMANCE}/secondary/enable`,
  body: present({ token: token.trim(), primary_api_addr: primaryApiAddr, ca_file: caFile, ca_path: caPath }),
});

export const secondaryToken = (id: string, ttl: string): ApiRequest => ({
  method: 'POST',
  path: `${PERFORMANCE}/primary/secondary-token`,
  body: present({ id, ttl }),
});

export const revokeSecondary = (id: string): ApiRequest => ({
  method: 'POST',
  path: `${PERFORMANCE}/primary/revoke-secondary`,
  body: { id },
});

/** Asked before it is done: what it would do. */
export const tried = (request: ApiRequest): ApiRequest =>
  request.method === 'DELETE'
    ? { ...request, query: { ...request.query, dry_run: 'true' } }
    : { ...request, body: { ...request.body, dry_run: true } };

/** An empty field is one that was left out. */
const present = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

const order = (path: string, body: Readonly<Record<string, unknown>> = {}): ApiRequest => ({
  method: 'POST',
  path,
  body,
});

export const disable = (role: 'primary' | 'secondary'): ApiRequest => order(`${PERFORMANCE}/${role}/disable`);
export const demote = (force: boolean): ApiRequest =>
  order(`${PERFORMANCE}/primary/demote`, { ...(force && { force }) });
export const promote = (primaryClusterAddr: string, force: boolean): ApiRequest =>
  order(`${PERFORMANCE}/secondary/promote`, {
    ...present({ primary_cluster_addr: primaryClusterAddr }),
    ...(force && { force }),
  });
export const updatePrimary = ({ token, primaryApiAddr, caFile, caPath }: EnableSecondary): ApiRequest =>
  order(
    `${PERFORMANCE}/secondary/update-primary`,
    present({ token: token.trim(), primary_api_addr: primaryApiAddr, ca_file: caFile, ca_path: caPath }),
  );
export const updatePrimaryAddresses = (addresses: readonly string[]): ApiRequest =>
  order(`${PERFORMANCE}/secondary/update-primary`, { update_primary_addrs: addresses });

export const RECOVER = order('sys/replication/recover');
export const REINDEX = order('sys/replication/reindex');
export const MERKLE_CHECK = order('sys/replication/merkle-check');
export const allowReapply = (id: string, ttl: string): ApiRequest =>
  order(`${PERFORMANCE}/primary/allow-reapply`, present({ id, ttl }));

const FILTERS = `${PERFORMANCE}/primary/paths-filter`;
export const LIST_FILTERS: ApiRequest = { method: 'GET', path: FILTERS, query: { list: 'true' } };
/** @param choice `undefined`: everything, so the filter goes. */
export const setFilter = (id: string, choice: Choice): ApiRequest =>
  choice === undefined
    ? { method: 'DELETE', path: `${FILTERS}/${id}` }
    : order(`${FILTERS}/${id}`, { mode: choice.mode, paths: choice.paths });

export const QUARANTINE: ApiRequest = { method: 'GET', path: `${PERFORMANCE}/quarantine` };
/** @param indexes `all`: whatever is there. */
export const changeQuarantine = (change: 'discard' | 'reapply', indexes: readonly number[] | 'all'): ApiRequest =>
  order(`${PERFORMANCE}/quarantine/${change}`, indexes === 'all' ? { all: true } : { indexes: indexes.map(String) });

export const skipPoison = (index: number): ApiRequest => order(`${PERFORMANCE}/secondary/skip-poison`, { index });
