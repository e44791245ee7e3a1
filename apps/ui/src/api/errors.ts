/** What the API answers in place of what was asked for. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0: nobody answered. */
    readonly status: number,
    /** As the API words them. */
    errors: readonly string[],
  ) {
    super(errors.join('; ') || wordsFor(status));
    this.isBare = errors.length === 0;
  }

  /** It has no text: Vault's answer to what is not there. */
  readonly isBare: boolean;
}

/** Vault's own answers to what is not there have no text. */
const WORDS: Readonly<Record<number, string>> = {
  0: 'The server does not answer. Look whether it runs, and whether this browser reaches it.',
  403: 'This token may not do that.',
  404: 'There is nothing at this path.',
  429: 'Too many requests: wait a moment.',
  503: 'The cluster is sealed, or its storage is away.',
};

const wordsFor = (status: number): string => WORDS[status] ?? `The server answered with status ${status}.`;

/** For people, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
