import type { Operation } from './operation';

/** What a register holds in the end. */
export interface Holding {
  /** `undefined`: nothing. */
  readonly value?: string | undefined;
  readonly version?: number;
  /** Of a versioned register: every version's value, `undefined` for a deleted one. */
  readonly versions?: ReadonlyMap<number, string | undefined>;
}

/** A token that a client was given, and where it was found to be known. */
export interface TokenFate {
  readonly cluster: string;
  readonly accessor: string;
  /** Clusters that knew the token when asked in the end. */
  readonly knownAt: readonly string[];
  /** Clusters that gave out its cubbyhole's value. */
  readonly cubbyholeAt: readonly string[];
  /** Its cubbyhole's write was acknowledged. */
  readonly cubbyhole: boolean;
}

/** A change that a fenced primary keeps aside. */
export interface Quarantined {
  readonly cluster: string;
  readonly index: number;
  /** Register, or path of the request. */
  readonly key: string;
  /** When it was committed, ms since the run began. */
  readonly time: number;
}

/** All that was seen of one round, which ended in calm: what the rules judge. */
export interface History {
  readonly operations: readonly Operation[];
  /** Per cluster: what every register held once all was quiet. */
  readonly holdings: ReadonlyMap<string, ReadonlyMap<string, Holding>>;
  readonly primary: string;
  readonly tokens: readonly TokenFate[];
  readonly quarantined: readonly Quarantined[];
  /** Index from which a former primary may have gone on alone; `Infinity` when none did. */
  readonly forkedAt: number;
}
