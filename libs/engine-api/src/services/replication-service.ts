import type { RequestScope } from '../request/request';

/** `secondary/enable`, as the operator gave it. */
export interface SecondaryActivation {
  readonly token: string;
  readonly primaryApiAddr?: string;
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** `secondary/promote`. */
export interface PromotionRequest {
  readonly primaryClusterAddr: string;
  readonly force: boolean;
}

/** `secondary/update-primary`: a new activation, other addresses of the same primary, or (`undefined`) no primary any more. */
export type PrimaryUpdate =
  { readonly activation: SecondaryActivation } | { readonly addresses: readonly string[] } | undefined;

/** A mutation in quarantine, without its values. */
export interface QuarantinedFacts {
  readonly index: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly path: string;
  readonly requestId: string;
}

/** What a change of the quarantine would do. */
export interface QuarantinedPreview {
  readonly would: string;
  readonly mutations: readonly QuarantinedFacts[];
  /** Those that can only be discarded, where they were to be written anew. */
  readonly refused?: readonly { readonly index: number; readonly reason: string }[];
}

/** `reindex`, as the operator gave it. */
export interface ReindexOptions {
  /** Look at every value, not at digests alone. */
  readonly diff: boolean;
  /** Rebuild everything, also what looks right. */
  readonly force: boolean;
}

/** Which mounts a secondary is given. */
export interface PathsFilterOrder {
  /** `allow` or `deny`. */
  readonly mode: string;
  readonly paths: readonly string[];
  /** `all` or `data`: what the primary does for it. Absent in an order = as before. */
  readonly forwarding?: string;
}

/** A secondary that is to be admitted. */
export interface AdmissionRequest {
  readonly id: string;
  readonly ttlSeconds: number;
  /** `all` or `data`; absent = what is known of the id, or the default. */
  readonly forwarding?: string;
}

/** Performance replication, as the `sys/replication` paths need it. */
export abstract class ReplicationService {
  /** `data` of `sys/replication/performance/status`. @throws {TidelockError} SEALED. */
  abstract status(): Promise<Readonly<Record<string, unknown>>>;
  /** `data` of `sys/replication/performance/history`. @param since ms since the Unix epoch: points from behind it on. @throws {TidelockError} SEALED. */
  abstract history(since: number | undefined): Readonly<Record<string, unknown>>;
  /** Makes this cluster the primary of a new set; on a primary, changes the address it gives out. */
  abstract enablePrimary(primaryClusterAddr: string): Promise<void>;
  /** Admits a secondary, with the request's transaction. @returns what its activation token wraps. */
  abstract admitSecondary(scope: RequestScope, admission: AdmissionRequest): Promise<Readonly<Record<string, unknown>>>;
  /** The same, encrypted to the key that the secondary has made. @throws {TidelockError} INVALID_REQUEST for what is no such key. */
  abstract admitSecondaryWithKey(scope: RequestScope, admission: AdmissionRequest, publicKey: string): Promise<string>;
  /** Makes the key that this cluster's next activation is encrypted to; a former one is good for nothing from now on. */
  abstract generatePublicKey(scope: RequestScope): Promise<string>;
  /** What has to be done before a secondary can follow the stream, if anything. */
  abstract activationWarnings(id: string): Promise<readonly string[]>;
  /**
   * @returns warnings: what the revoked one could read still, and what ends that.
   * @throws {TidelockError} NOT_FOUND for an id that was never given.
   */
  abstract revokeSecondary(id: string): Promise<readonly string[]>;
  /** What a revocation would do: nothing is changed. Warnings and errors as of `revokeSecondary`. */
  abstract previewRevocation(id: string): Promise<{ readonly facts: object; readonly warnings: readonly string[] }>;
  /** Checks the activation with the primary; on success the wipe begins right after the answer has left. */
  abstract enableSecondary(activation: SecondaryActivation): Promise<{ readonly warnings: readonly string[] }>;
  /** What that would wipe. Checks the token, without using it up, and the broker; changes nothing. */
  abstract previewEnableSecondary(activation: SecondaryActivation): Promise<Readonly<Record<string, unknown>>>;
  /** Gives the full stream a new key. @returns its id, and the index after which everything is sealed with it. */
  abstract rotateStreamKey(): Promise<{ readonly stream: string; readonly keyId: string; readonly index: number }>;
  /** Compares the merkle tree with the stored records, and those with their digests. @returns `data` of `merkle-check`. */
  abstract merkleCheck(): Promise<Readonly<Record<string, unknown>>>;
  /** Begins to rebuild the merkle tree from the stored records. @throws {TidelockError} INVALID_REQUEST while that is under way. */
  abstract reindex(options: ReindexOptions): void;
  /** Restarts replication that stands still. @throws {TidelockError} INVALID_REQUEST where there is none. */
  abstract recover(): void;
  /** Steps over the mutation `index`, which this secondary cannot apply. @throws {TidelockError} INVALID_REQUEST unless it is that one. */
  abstract skipPoison(index: number): Promise<void>;
  /** The address that goes into activation tokens; `""` when none is configured. */
  abstract readonly apiAddr: string;
  /** @returns what the operator has to know. */
  abstract demotePrimary(force: boolean): Promise<{ readonly warnings: readonly string[] }>;
  abstract disablePrimary(): Promise<void>;
  abstract disableSecondary(): Promise<void>;
  /** @throws {TidelockError} INVALID_REQUEST naming the checks that fail, unless forced. */
  abstract promoteSecondary(promotion: PromotionRequest): Promise<void>;
  abstract updatePrimary(update: PrimaryUpdate): Promise<void>;
  /** What that would do. Checks the token, without using it up, or the addresses; changes nothing. */
  abstract previewUpdatePrimary(update: PrimaryUpdate): Promise<Readonly<Record<string, unknown>>>;
  /** What a change of role would do: nothing is changed. */
  abstract preview(change: RoleChange): Promise<Readonly<Record<string, unknown>>>;
  /** The filter of a secondary on this primary. */
  abstract pathsFilter(id: string): PathsFilterOrder | undefined;
  /** All of them, by id, those of ids that nobody has yet included. */
  abstract pathsFilters(): Readonly<Record<string, PathsFilterOrder>>;
  /**
   * `undefined` takes it away.
   *
   * @returns what the operator should know of the change.
   * @throws {TidelockError} INVALID_REQUEST for another mode, or paths that cannot be filtered.
   */
  abstract setPathsFilter(id: string, filter: PathsFilterOrder | undefined): Promise<readonly string[]>;
  /** What a filter, or taking it away, would change for a secondary: nothing is changed. */
  abstract previewPathsFilter(
    id: string,
    filter: PathsFilterOrder | undefined,
  ): Promise<{ readonly facts: object; readonly warnings: readonly string[] }>;
  /** Mounts under a secondary's filter by the folder they lie in; `undefined` without a filter. */
  abstract dynamicFilter(id: string): Promise<readonly string[] | undefined>;
  /** The same on a secondary, which asks its primary; `undefined` for any id but its own. */
  abstract ownDynamicFilter(id: string): Promise<readonly string[] | undefined>;
  abstract quarantined(): Promise<readonly QuarantinedFacts[]>;
  /** `all` or chosen ones. @throws {TidelockError} INVALID_REQUEST for an index that is not there. */
  abstract discardQuarantined(indexes: readonly number[] | 'all'): Promise<void>;
  /**
   * Lets a former primary write anew, with one command, what is in its quarantine.
   *
   * @returns until when, ms since the Unix epoch.
   * @throws {TidelockError} INVALID_REQUEST for an id that has not joined.
   */
  abstract allowReapply(id: string, ttlSeconds: number): number;
  /** What either would do with all or chosen ones: nothing is changed. @throws {TidelockError} INVALID_REQUEST for an index that is not there. */
  abstract previewQuarantined(
    change: 'discard' | 'reapply',
    indexes: readonly number[] | 'all',
  ): Promise<QuarantinedPreview>;
  /** Writes all or chosen ones anew, as far as their order allows, on the set's primary. */
  abstract reapplyQuarantined(indexes: readonly number[] | 'all'): Promise<void>;
}

export type RoleChange =
  'enable-primary' | 'demote-primary' | 'disable-primary' | 'disable-secondary' | 'promote-secondary';
