/** Input and output of a call. */
export interface Terminal {
  /** A person sits in front of the output: values end with a line break there. */
  readonly outputIsTerminal: boolean;
  /** A person can be asked. */
  readonly canAsk: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Everything on the standard input. */
  readAll(): Promise<string>;
  /** A line that is not shown while it is typed. */
  askHidden(question: string): Promise<string>;
}
