import type { PathTemplate } from './path-template';

/** Values by parameter name, in lower case. No values = any value. `*` = any other parameter. */
export type ParameterValues = ReadonlyMap<string, readonly unknown[]>;

/** What holds on a path. */
export interface Permissions {
  /** A set of `CAPABILITY` bits. */
  readonly capabilities: number;
  /** Empty: no restriction. */
  readonly allowed: ParameterValues;
  readonly denied: ParameterValues;
  /** Lower case. */
  readonly required: readonly string[];
  /** Seconds; 0 = not bounded. */
  readonly minWrappingTtl: number;
  readonly maxWrappingTtl: number;
}

/** One `path "…" { … }` of a policy. */
export interface Rule extends Permissions {
  /** As written, without a leading `/`. */
  readonly path: string;
  /** Of a path that holds `{{…}}`: what it is about depends on who asks. */
  readonly template?: PathTemplate;
}

export interface Policy {
  /** Lower case. */
  readonly name: string;
  readonly rules: readonly Rule[];
}
