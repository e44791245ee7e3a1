import { badRequest } from '@tidelock/kernel';

/** Characters of a text of which nobody needs more. */
export const LONGEST_TEXT = 2048;

type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/**
 * The body of a call as a peer sent it, of which nothing is known: its members, read one by one.
 *
 * @throws {TidelockError} INVALID_REQUEST, from all methods, naming the member that is not what a peer sends.
 */
export class CallBody {
  private readonly members: Members;

  /** @param call what the body belongs to, for the text of an error. */
  constructor(private readonly call: string, sent: unknown) {
    if (!isMembers(sent)) throw badRequest(`not a body of ${call}`);
    this.members = sent;
  }

  has(name: string): boolean {
    return this.of(name) !== undefined;
  }

  number(name: string): number {
    return this.checked(name, (value): value is number => Number.isFinite(value));
  }

  /** An integer from 0. */
  count(name: string): number {
    return this.checked(name, (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0);
  }

  text(name: string, longest = LONGEST_TEXT): string {
    return this.checked(name, (value): value is string => typeof value === 'string' && value.length <= longest);
  }

  list<T>(name: string, isItem: (item: unknown) => item is T): T[] {
    return this.checked(name, (value): value is T[] => Array.isArray(value) && value.every(isItem));
  }

  /** The body within this one. */
  body(name: string): CallBody {
    return new CallBody(`${this.call} (${name})`, this.of(name));
  }

  private checked<T>(name: string, is: (value: unknown) => value is T): T {
    const value = this.of(name);
    if (is(value)) return value;
    throw badRequest(`not a body of ${this.call}: its ${name} is not what a secondary sends`);
  }

  private of(name: string): unknown {
    return Object.hasOwn(this.members, name) ? this.members[name] : undefined;
  }
}
