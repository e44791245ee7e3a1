/** Environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Settings by environment: `TIDELOCK_<NAME>` wins over `VAULT_<NAME>`. An empty variable counts as unset. */
export class Environment {
  constructor(readonly variables: Variables) {}

  get(name: string): string | undefined {
    return this.variables[`TIDELOCK_${name}`] || this.variables[`VAULT_${name}`] || undefined;
  }

  /** The variable that `get` takes, for messages. */
  nameOf(name: string): string | undefined {
    return [`TIDELOCK_${name}`, `VAULT_${name}`].find((full) => this.variables[full]);
  }
}
