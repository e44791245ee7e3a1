import type { ForwardingLevel } from '@tidelock/kernel';

/** What the replication room may ask about records that describe mounts, about those that mounts own, and about what else clients keep. */
export interface MountRecords {
  /** Paths of the mounts that every cluster has, and needs. */
  readonly singletons: readonly string[];
  /** Records that describe mounts begin so; the mount's uuid follows. */
  readonly prefix: string;
  /** Uuid of the mount that a record describes, or belongs to; `undefined` where it is no mount's. */
  uuidIn(key: string): string | undefined;
  /** Whether it marks a mount whose entries are being deleted; its deletion tells that nothing of the mount is left. */
  isMarkOfPurge(key: string): boolean;
  /** Whether clients keep it: it makes sense in any reign. All other records do in the reign that wrote them only. */
  isOfClients(key: string): boolean;
  /** What the keys of everything that a mount owns begin with. */
  entriesOf(uuid: string): string;
  /**
   * @param sealed the record's value as stored.
   * @returns `undefined` when it cannot be read, or is not that of the replicated mount which the key names.
   */
  describe(key: string, sealed: Buffer): MountDescription | undefined;
}

export interface MountDescription {
  /** Full, with a trailing `/`. */
  readonly path: string;
  /** Never changes, and no other mount has it. */
  readonly accessor: string;
  /** There is one of it on every cluster, which needs it. */
  readonly singleton: boolean;
  /** What a secondary must have to write what is in the mount. */
  readonly level: ForwardingLevel;
}
