import type { ApiRequest } from '../../api/request';

const order = (path: string, body?: Readonly<Record<string, unknown>>): ApiRequest => ({
  method: 'POST',
  path,
  ...(body && { body }),
});

export const ACCESSORS = 'auth/token/accessors';
export const ROLES = 'auth/token/roles';
export const LOOKUP_SELF: ApiRequest = { method: 'GET', path: 'auth/token/lookup-self' };

export const lookUp = (token: string): ApiRequest => order('auth/token/lookup', { token: token.trim() });
export const lookUpAccessor = (accessor: string): ApiRequest => order('auth/token/lookup-accessor', { accessor });

export const renewAccessor = (accessor: string, increment: string): ApiRequest =>
  order('auth/token/renew-accessor', { accessor, ...(increment.trim() !== '' && { increment: increment.trim() }) });

export const revokeAccessor = (accessor: string): ApiRequest => order('auth/token/revoke-accessor', { accessor });
/** Takes the token alone: there is none by accessor. */
export const revokeOrphan = (token: string): ApiRequest => order('auth/token/revoke-orphan', { token: token.trim() });

export const capabilitiesOf = (accessor: string, path: string): ApiRequest =>
  order('sys/capabilities-accessor', { accessor, paths: [path] });

export const readRole = (name: string): ApiRequest => ({ method: 'GET', path: `${ROLES}/${name}` });
export const writeRole = (name: string, body: Readonly<Record<string, unknown>>): ApiRequest =>
  order(`${ROLES}/${name}`, body);
export const deleteRole = (name: string): ApiRequest => ({ method: 'DELETE', path: `${ROLES}/${name}` });

/** What an answer tells of a token. It may tell anything. */
export interface TokenAnswer {
  readonly accessor?: unknown;
  readonly creation_time?: unknown;
  readonly creation_ttl?: unknown;
  readonly display_name?: unknown;
  readonly entity_id?: unknown;
  readonly expire_time?: unknown;
  readonly explicit_max_ttl?: unknown;
  readonly last_renewal?: unknown;
  readonly meta?: unknown;
  readonly num_uses?: unknown;
  readonly orphan?: unknown;
  readonly path?: unknown;
  readonly period?: unknown;
  readonly policies?: unknown;
  readonly renewable?: unknown;
  readonly role?: unknown;
  readonly type?: unknown;
  readonly bound_cidrs?: unknown;
}
