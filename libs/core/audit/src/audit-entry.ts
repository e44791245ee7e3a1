import type { AuthBlock, Caller, Connection, Operation, WrapInfo } from '@tidelock/engine-api';

/** The mount that serves an audited request. */
export interface AuditMount {
  readonly type: string;
  readonly accessor: string;
  /** With trailing `/`. */
  readonly path: string;
  readonly class: 'secret' | 'auth';
  /** Members of the data that are logged as they are, at any depth. */
  readonly nonHmacRequestKeys?: readonly string[];
  readonly nonHmacResponseKeys?: readonly string[];
}

/** A request as audit devices get to know it, before anything is hashed. */
export interface AuditRequest {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly operation: Operation;
  readonly path: string;
  readonly mount?: AuditMount;
  readonly caller?: Caller;
  /** As sent, where it belongs to no caller. */
  readonly clientToken?: string;
  readonly connection: Connection;
  readonly data: Readonly<Record<string, unknown>>;
  /** All of them, by lower-case name: which are logged is the audit room's to know. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly wrapTtlSeconds?: number;
  /** Id of the secondary that sent it on. */
  readonly forwardedFrom?: string;
}

/** What became of a request. Hand over the object that `AuditBroker.request` got, for its text is kept with it. */
export interface AuditResponse {
  readonly request: AuditRequest;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** May hold, or be, a `RawJson`. */
  readonly data?: unknown;
  readonly auth?: AuthBlock;
  readonly wrapInfo?: WrapInfo;
  readonly leaseId?: string;
  readonly warnings?: readonly string[];
  readonly error?: string;
}
