/** `unknown`: no answer, or one that leaves open whether anything was done. */
export type Outcome = 'done' | 'refused' | 'unknown';

export type Action = 'write' | 'delete' | 'read';

/** What one client did to one register, and what came of it. Times are ms since the run began. */
export interface Operation {
  readonly client: number;
  /** Name of the cluster that was asked. */
  readonly cluster: string;
  readonly action: Action;
  /** `<kind>/<name>`. A value is written once only, so that a value seen tells whose write it is. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly outcome: Outcome;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** Written or seen; `undefined`: nothing was there. */
  readonly value?: string | undefined;
  /** Of a versioned register: which version was made or seen. */
  readonly version?: number | undefined;
  readonly cas?: number | undefined;
  /** A change: the replicated index that the answer's `X-Vault-Index` names. */
  readonly index?: number | undefined;
  /** A read: the replicated index of the `X-Vault-Index` that was sent along. */
  readonly stated?: number | undefined;
  /** The cluster asked was the primary. */
  readonly atPrimary: boolean;
  /** A forwarded change that had come back before the answer. */
  readonly applied?: boolean | undefined;
  /** `undefined` when roles changed meanwhile. */
  readonly era: number | undefined;
}

export const isChange = ({ action }: Operation): boolean => action !== 'read';

/** One line for people. */
export function describeOperation({
  client,
  cluster,
  action,
  key,
  start,
  end,
  outcome,
  status,
  ...more
}: Operation): string {
  const facts = Object.entries(more)
    .filter(([name, value]) => value !== undefined && name !== 'atPrimary')
    .map(([name, value]) => `${name}=${value}`);
  return `${(start / 1000).toFixed(3)}-${(end / 1000).toFixed(3)} client ${client} ${action} ${key} at ${cluster}${more.atPrimary ? ' (primary)' : ''}: ${outcome} ${status} ${facts.join(' ')}`;
}
