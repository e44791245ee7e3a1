/** One flag of a command. */
export interface Flag {
  readonly name: string;
  /** Other names of the same flag. */
  readonly aliases?: readonly string[];
  /** `boolean` takes a value after `=` only; `texts` may be repeated. */
  readonly kind: 'boolean' | 'text' | 'texts' | 'number';
  readonly help: string;
}
