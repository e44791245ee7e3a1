/** Who a request is judged as. */
export interface Subject {
  /** Names of all policies in force. */
  readonly policies: readonly string[];
  /** Absent for a token that belongs to nobody: a root token, one made without an alias. */
  readonly entity?: EntityView;
}

/** Whoever stands behind one or more logins, as identity knows them. Rules with templates are filled from it. */
export interface EntityView {
  readonly id: string;
  readonly name: string;
  /** Another text after each change of what this view shows, its aliases and groups included. */
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly aliases: readonly AliasView[];
  /** Those that it is a member of, itself or by another group. */
  readonly groups: readonly GroupView[];
}

/** The entity as one auth mount names it. */
export interface AliasView {
  readonly id: string;
  readonly name: string;
  readonly mountAccessor: string;
  /** From the auth method. */
  readonly metadata: Readonly<Record<string, string>>;
  /** From operators. */
  readonly customMetadata: Readonly<Record<string, string>>;
}

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}
