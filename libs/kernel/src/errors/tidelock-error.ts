import { ERRORS, type ErrorCode } from './catalogue';

export interface ErrorDetail {
  /** Replaces the catalogue's text in the client's answer. Never carries a secret. */
  readonly text?: string;
  /** HTTP status where it differs from the catalogue's. */
  readonly status?: number;
  /** Several texts at once; wins over `text`. */
  readonly errors?: readonly string[];
  /** Sent beside `errors` (a batch of which some items failed). */
  readonly data?: Readonly<Record<string, unknown>>;
  /** `true`: the text is sent in Vault's multi-error form (`1 error occurred:\n\t* TEXT\n\n`). */
  readonly multi?: boolean;
  readonly cause?: unknown;
}

/** The one error type that reaches clients; programs switch on `code`. */
export class TidelockError extends Error {
  override readonly name: string = 'TidelockError';
  readonly status: number;
  readonly errors: readonly string[];
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(
    readonly code: ErrorCode,
    detail: string | ErrorDetail = {},
  ) {
    const { text, status, errors, data, multi, cause } =
      typeof detail === 'string' ? ({ text: detail } as ErrorDetail) : detail;
    const message = text ?? ERRORS[code].text;
    super(message, cause === undefined ? undefined : { cause });
    this.status = status ?? ERRORS[code].status;
    this.errors = errors ?? (message === '' ? [] : [multi ? multiError([message]) : message]);
    this.data = data;
  }
}

/** Survives a process boundary and duplicated modules, unlike `instanceof`. */
export function isTidelockError(error: unknown, code?: ErrorCode): error is TidelockError {
  if (!(error instanceof Error) || !('code' in error) || !('errors' in error)) return false;
  return Object.hasOwn(ERRORS, error.code as string) && (code === undefined || error.code === code);
}

/** Vault's form for errors that its back ends collect: `1 error occurred:\n\t* TEXT\n\n`. */
export function multiError(texts: readonly string[]): string {
  const noun = texts.length === 1 ? 'error' : 'errors';
  return `${texts.length} ${noun} occurred:\n${texts.map((text) => `\t* ${text}\n`).join('')}\n`;
}

/** 400 with the given text: the ordinary answer to bad input. */
export const badRequest = (text: string): TidelockError => new TidelockError('INVALID_REQUEST', text);

/** 404 with no text: nothing is stored at the path. */
export const notFound = (): TidelockError => new TidelockError('NOT_FOUND');

/** 404 in Vault's words: no mount serves the path. Of a mount that must not be seen the same is told, to the letter. */
export const noHandler = (path: string): TidelockError =>
  new TidelockError('NO_HANDLER', `no handler for route ${JSON.stringify(path)}. route entry not found.`);

/** What failed, in one line, for a log: never a stack, never a secret. A cause that the message names already is not named again. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : reasonOf(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
}
