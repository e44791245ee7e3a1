import { badRequest, LONGEST_NAME } from '@tidelock/kernel';

/** Characters of a text of which nobody needs more. */
const LONGEST_TEXT = 2048;
/** Bytes of a record's key: of a path and what stands before it. */
const LONGEST_KEY = 4096;

export type Members = Readonly<Record<string, unknown>>;

/**
 * What a peer sent, of which nothing is known: its members, read one by one.
 *
 * @throws {TidelockError} INVALID_REQUEST, from all methods, naming the member that is not what a peer sends.
 */
export class CallBody {
  /** As they were sent. */
  readonly members: Members;

  /** @param what for the text of an error: `a body of mend`. */
  constructor(
    private readonly what: string,
    sent: unknown,
  ) {
    if (!isMembers(sent)) throw badRequest(`not ${what}`);
    this.members = sent;
  }

  has(name: string): boolean {
    return this.of(name) !== undefined;
  }

  number(name: string): number {
    return this.checked(name, (value): value is number => Number.isFinite(value));
  }

  /** An integer from 0. */
  count(name: string, most = Number.MAX_SAFE_INTEGER): number {
    return this.checked(name, (value): value is number => isCount(value, most));
  }

  flag(name: string): boolean {
    return this.checked(name, (value): value is boolean => typeof value === 'boolean');
  }

  text(name: string, longest = LONGEST_TEXT): string {
    return this.checked(name, (value): value is string => typeof value === 'string' && value.length <= longest);
  }

  bytes(name: string): Buffer {
    return this.checked(name, Buffer.isBuffer);
  }

  /** Key of a record. */
  key(name: string): string {
    return this.checked(name, isRecordKey);
  }

  /** An array of at most `most` items, each of which `isItem` accepts. */
  list<T>(name: string, isItem: (item: unknown) => item is T, most = Infinity): T[] {
    return this.checked(
      name,
      (value): value is T[] => Array.isArray(value) && value.length <= most && value.every(isItem),
    );
  }

  texts(name: string, { most = Infinity, longest = LONGEST_TEXT } = {}): string[] {
    return this.list(name, (item): item is string => typeof item === 'string' && item.length <= longest, most);
  }

  /** The body within this one. */
  body(name: string): CallBody {
    const value = this.of(name);
    if (isMembers(value)) return new CallBody(`${this.what} (${name})`, value);
    throw this.malformed(name);
  }

  /** For what no method here knows of. */
  malformed(name: string) {
    return badRequest(`not ${this.what}: its ${name.slice(0, LONGEST_NAME)} is not what a secondary sends`);
  }

  private checked<T>(name: string, is: (value: unknown) => value is T): T {
    const value = this.of(name);
    if (is(value)) return value;
    throw this.malformed(name);
  }

  private of(name: string): unknown {
    return Object.hasOwn(this.members, name) ? this.members[name] : undefined;
  }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

export const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

/** What every database can look for. */
export const isRecordKey = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_KEY && !/[\0\p{Cs}]/u.test(value);

/** A record, or part of one, by its key. */
export const isRecord = (item: unknown): item is { readonly key: string; readonly value?: unknown } =>
  isMembers(item) && isRecordKey(item['key']);
