import { randomInt } from 'node:crypto';
import type { PasswordPolicy } from './password-policy';

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
