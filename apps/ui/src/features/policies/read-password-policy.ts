import { attributeOf, blocksOf, type HclItem, type HclObject, parseHcl, plainOf } from '@tidelock/hcl';
import type { CodeProblem } from '../../ui/code';
import { Notes } from './notes';

const MIN_LENGTH = 4;
const MAX_LENGTH = 100;

/** What the server would refuse in a password policy: `length = 20  rule "charset" { charset = "…"  min-chars = 1 }`. */
export function passwordPolicyProblems(text: string): readonly CodeProblem[] {
  const notes = new Notes();
  const document = notes.attempt(() => parseHcl(text), undefined);
  if (document === undefined) return notes.problems;
  notes.unknownKeys(document, ['length', 'rule']);
  const length = integerOf(document, 'length', notes);
  const minimums = document.items.flatMap((item) => notes.attempt(() => minimumsOf(item, notes), []));
  const { position } = attributeOf(document, 'length') ?? document;
  if (length < MIN_LENGTH) notes.error(position, `passwords must be at least ${MIN_LENGTH} characters`);
  if (length > MAX_LENGTH) notes.error(position, `passwords must be no longer than ${MAX_LENGTH} characters`);
  if (minimums.length === 0) notes.error(position, 'no charset rule');
  if (minimums.reduce((sum, one) => sum + one, 0) > length)
    notes.error(position, 'the rules together demand more characters than the password has');
  return notes.problems;
}

/** What each rule demands at least. */
function minimumsOf(item: HclItem, notes: Notes): number[] {
  const alone: HclObject = { kind: 'object', items: [item], position: item.position };
  return blocksOf(alone, 'rule', 1).map(({ labels: [label], body, position }) => {
    if (label !== 'charset') notes.error(position, `unknown rule ${JSON.stringify(label)}`);
    notes.unknownKeys(body, ['charset', 'min-chars']);
    const value = attributeOf(body, 'charset');
    const charset = value === undefined ? '' : plainOf(value);
    if (typeof charset !== 'string' || charset === '') notes.error(position, 'a charset rule needs a charset');
    else if (/\p{Cc}/u.test(charset)) notes.error(position, 'non-printable character in charset');
    return integerOf(body, 'min-chars', notes);
  });
}

function integerOf(object: HclObject, name: string, notes: Notes): number {
  const value = attributeOf(object, name);
  if (value === undefined) return 0;
  const number = plainOf(value);
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
  notes.error(value.position, `${JSON.stringify(name)} must be a whole number`);
  return 0;
}
