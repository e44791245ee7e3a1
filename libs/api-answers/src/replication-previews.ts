/** `data` of `primary/paths-filter/:id` with `dry_run`: what another filter, or none, would do. */
export interface FilterPreview {
  /** Mounts that the secondary has now and would lose, sorted. */
  readonly hidden_mounts: readonly string[];
  /** Mounts that it would get. */
  readonly shown_mounts: readonly string[];
  readonly records_deleted: number;
  readonly records_sent: number;
  readonly forwarding: 'all' | 'data';
}

/** `data` of `primary/revoke-secondary` with `dry_run`. */
export interface RevocationPreview {
  readonly would: string;
  /** Absent: it is known from an earlier reign only. */
  readonly state?: 'pending' | 'active' | 'revoked';
  /** It has joined, now or in an earlier reign. */
  readonly held_keys: boolean;
  /** The stream whose key is changed; absent: it has had none. */
  readonly stream?: string;
  /** The batch tokens of the whole set end with it. */
  readonly ends_batch_tokens: boolean;
  readonly removes_filter: boolean;
}

/** One of `sys/replication/performance/quarantine`. */
export interface QuarantinedMutation {
  readonly index: number;
  readonly epoch: number;
  /** When it was committed, RFC 3339. */
  readonly time: string;
  readonly path: string;
  readonly request_id: string;
}

/** `data` of `quarantine/discard` and `quarantine/reapply` with `dry_run`. */
export interface QuarantinePreview {
  readonly would: string;
  readonly mutations: readonly QuarantinedMutation[];
  /** Of a reapply: those that can only be discarded. */
  readonly refused?: readonly { readonly index: number; readonly reason: string }[];
}
