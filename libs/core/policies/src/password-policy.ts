import { randomInt } from 'node:crypto';
import { badRequest } from '@tidelock/kernel';
import { attributeOf, blocksOf, HclError, type HclObject, parseHcl, plainOf } from '@tidelock/hcl';

interface CharsetRule {
  /** Characters (code points), each once. */
  readonly charset: readonly string[];
  /** At least so many of them are in the password. */
  readonly minimum: number;
}

/** How passwords are made. */
export interface PasswordPolicy {
  readonly length: number;
  readonly rules: readonly CharsetRule[];
}

const MIN_LENGTH = 4;
const MAX_LENGTH = 100;

/**
 * Reads a password policy: `length = 20  rule "charset" { charset = "abc…"  min-chars = 1 }`.
 *
 * @throws {TidelockError} INVALID_REQUEST, also when no password can meet it.
 */
export function parsePasswordPolicy(text: string): PasswordPolicy {
  try {
    const document = parseHcl(text);
    return checked({ length: integerOf(document, 'length', 0), rules: rulesOf(document) });
  } catch (error) {
    if (error instanceof HclError) throw badRequest(`invalid password policy: ${error.message}`);
    throw error;
  }
}

function rulesOf(document: HclObject): CharsetRule[] {
  refuseUnknown(document, ['length', 'rule']);
  return blocksOf(document, 'rule', 1).map(({ labels, body, position }) => {
    if (labels[0] !== 'charset') throw new HclError(position, `unknown rule ${JSON.stringify(labels[0])}`);
    refuseUnknown(body, ['charset', 'min-chars']);
    const value = attributeOf(body, 'charset');
    const charset = value === undefined ? '' : plainOf(value);
    if (typeof charset !== 'string' || charset === '') throw new HclError(position, 'a charset rule needs a charset');
    if (/\p{Cc}/u.test(charset)) throw new HclError(position, 'non-printable character in charset');
    return { charset: [...new Set(charset)], minimum: integerOf(body, 'min-chars', 0) };
  });
}

function integerOf(object: HclObject, name: string, otherwise: number): number {
  const value = attributeOf(object, name);
  if (value === undefined) return otherwise;
  const number = plainOf(value);
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
  throw new HclError(value.position, `${JSON.stringify(name)} must be a whole number`);
}

function refuseUnknown(object: HclObject, known: readonly string[]): void {
  const unknown = object.items.find((item) => !known.includes(item.keys[0] ?? ''));
  if (unknown !== undefined) throw new HclError(unknown.position, `unknown key ${JSON.stringify(unknown.keys[0])}`);
}

function checked(policy: PasswordPolicy): PasswordPolicy {
  const { length, rules } = policy;
  if (length < MIN_LENGTH) throw badRequest(`passwords must be at least ${MIN_LENGTH} characters`);
  if (length > MAX_LENGTH) throw badRequest(`passwords must be no longer than ${MAX_LENGTH} characters`);
  if (rules.length === 0) throw badRequest('invalid password policy: no charset rule');
  if (rules.reduce((sum, rule) => sum + rule.minimum, 0) > length) {
    throw badRequest('unable to generate password from provided policy: are the rules impossible?');
  }
  return policy;
}

/** A password that meets the policy: what each rule demands, the rest from all charsets, in random order. */
export function generatePassword({ length, rules }: PasswordPolicy): string {
  const characters = rules.flatMap(({ charset, minimum }) => drawn(charset, minimum));
  const all = [...new Set(rules.flatMap(({ charset }) => charset))];
  characters.push(...drawn(all, length - characters.length));
  return shuffled(characters).join('');
}

const drawn = (charset: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () => charset[randomInt(charset.length)] as string);

/** Fisher and Yates. */
function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
}
