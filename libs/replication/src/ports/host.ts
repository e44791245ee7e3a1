import type { ForwardingLevel, Timeliness } from '@tidelock/kernel';
import type { LocalTables, UnitOfWork } from '@tidelock/store';
import type { CallBody } from '../cluster-port/call-body';

/** A secondary that sends requests on, as the primary knows it. */
export interface Forwarder {
  readonly secondaryId: string;
  readonly level: ForwardingLevel;
  /** Full paths of the mounts that it is not given. */
  readonly hidden: readonly string[];
}

/** A call that a room above answers on a primary's cluster port. Only members that have joined, and were not revoked, come to it. */
export interface HostCall {
  /** Which secondaries: those of level `all`, or also those of level `data`. */
  readonly level: ForwardingLevel;
  /** Bytes of a body; longer ones are refused unread (413). */
  readonly bodyLimit: number;
  /**
   * @param sent nothing is known of it: its methods throw INVALID_REQUEST for what is missing, or of another shape.
   * @param by who asks. What a hidden mount has is not for it.
   * @param timely how long the secondary waits.
   * @returns what msgpack can carry. The secondary gets it, or the `TidelockError` that is thrown, from `ReplicationNode.callPrimary`.
   */
  answer(sent: CallBody, by: Forwarder, timely: Timeliness): Promise<unknown>;
}

/** The replication room's view of the rest of the node. */
export interface ReplicationHost {
  /** By name: words in lower case with `-` between them, none of replication's own calls. Each has a metric, and is in the audit by it. */
  readonly calls: Readonly<Record<string, HostCall>>;
  /** Asks the primary's API to unwrap an activation token. @returns the unwrapped `data`. */
  unwrap(order: UnwrapOrder): Promise<unknown>;
  /** Asks it about the token, without using that up. @returns path of the request whose answer it wraps. @throws as `unwrap` does. */
  lookUp(order: UnwrapOrder): Promise<string>;
  /**
   * Runs a request that a secondary sends on, of which it has authenticated the caller.
   *
   * @param timely asked again as it commits: what it throws, refuses it.
   */
  forwarded(request: unknown, by: Forwarder, timely: Timeliness): Promise<unknown>;
  /** Puts a call of the cluster port on record, does it, and puts down what became of it. @throws what the work throws, or INTERNAL where nothing can be recorded. */
  onRecord<T>(call: RecordedCall, work: () => Promise<T>): Promise<T>;
  /**
   * Takes the service down, does the work, and takes it up again with whatever keys the barrier has then. Requests get 503
   * meanwhile; a failure leaves the cluster sealed.
   */
  reopen(work: () => Promise<void>): Promise<void>;
  /** The first copy is complete: opens the node for requests. */
  open(developmentRootToken?: string): Promise<void>;
  /** Puts a root key behind this cluster's own seal. @returns the local row that says so, to commit with the keyring. @throws what the seal throws. */
  sealRowFor(rootKey: Buffer): Promise<LocalTables['cluster']>;
  /** The key of the set's batch tokens, base64. @throws {TidelockError} SEALED while there is none. */
  batchTokenKey(): Promise<string>;
  /** Ends all batch tokens of the set, with the caller's transaction. */
  endBatchTokens(unit: Pick<UnitOfWork, 'local' | 'replicated'>): Promise<void>;
  /** The initial root token, in development mode. */
  developmentRootToken(): string | undefined;
  /** This cluster has taken its role up, or has changed it. */
  roleTaken(): void;
}

/** A call of the cluster port as an audit device is told of it. */
export interface RecordedCall {
  readonly name: string;
  readonly reads: boolean;
  readonly secondaryId: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface UnwrapOrder {
  readonly address: string;
  readonly token: string;
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}
