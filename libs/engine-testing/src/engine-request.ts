import type { Caller, EngineRequest, MountView, RequestScope } from '@tidelock/engine-api';

const HOUR = 3600;

/** A mount as the mount table would show it. */
export const mountView = (type: string, more: Partial<MountView> = {}): MountView => ({
  uuid: 'c0ffee00-0000-4000-8000-000000000001',
  path: `${type}/`,
  type,
  accessor: `${type}_0a1b2c3d`,
  local: false,
  options: {},
  defaultLeaseTtlSeconds: 768 * HOUR,
  maxLeaseTtlSeconds: 768 * HOUR,
  ...more,
});

export const caller = (more: Partial<Caller> = {}): Caller => ({
  clientToken: 'hvs.test',
  tokenId: 'token-id',
  accessor: 'accessor',
  type: 'service',
  displayName: 'token',
  policies: ['default'],
  entityId: '',
  metadata: {},
  orphan: true,
  numUses: 0,
  isRoot: false,
  ...more,
});

/**
 * A request as the pipeline would hand it over; `raw` stands for the body, too, unless one is given.
 *
 * @param more with the `state` where the engine has one.
 */
export const engineRequest = <Body extends object = Readonly<Record<string, unknown>>, State = unknown>(
  more: Partial<EngineRequest<Body, State>> = {},
): EngineRequest<Body, State> => ({
  id: 'b5a7b1c2-0000-4000-8000-000000000002',
  operation: 'read',
  path: '',
  params: {},
  body: (more.raw ?? {}) as Body,
  raw: {},
  mount: mountView('kv'),
  state: undefined as State,
  connection: { remoteAddress: '127.0.0.1', remotePort: 50000 },
  headers: {},
  now: 1_700_000_000_000,
  scope: {} as RequestScope,
  ...(more.caller && { subject: { policies: more.caller.policies } }),
  ...more,
});
