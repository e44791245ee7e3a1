/** `sys/locked-users`, as far as it is read. */
export interface LockedAnswer {
  readonly by_namespace?: readonly {
    readonly mount_accessors?: readonly {
      readonly mount_accessor?: string;
      readonly alias_identifiers?: readonly unknown[];
    }[];
  }[];
}

/** The names that are locked in one mount, in order. */
export const lockedNames = (answer: LockedAnswer | undefined, accessor: string): string[] =>
  (answer?.by_namespace ?? [])
    .flatMap(({ mount_accessors }) => mount_accessors ?? [])
    .filter(({ mount_accessor }) => mount_accessor === accessor)
    .flatMap(({ alias_identifiers }) => alias_identifiers ?? [])
    .map(String)
    .sort();
