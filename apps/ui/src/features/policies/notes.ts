import { attributeOf, HclError, type HclObject, type HclValue } from '@tidelock/hcl';
import type { CodeProblem } from '../../ui/code';

export type Position = HclValue['position'];

/** Takes notes of what is wrong, and goes on: a person wants to see all of it. */
export class Notes {
  readonly problems: CodeProblem[] = [];

  error(position: Position, text: string): void {
    this.problems.push({ ...position, text, kind: 'error' });
  }

  warning(position: Position, text: string): void {
    this.problems.push({ ...position, text, kind: 'warning' });
  }

  /** What a step finds wrong ends that step alone. */
  attempt<Value>(step: () => Value, otherwise: Value): Value {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof HclError)) throw error;
      this.error(error.position, error.reason);
      return otherwise;
    }
  }

  unknownKeys(object: HclObject, known: readonly string[]): void {
    for (const { keys, position } of object.items)
      if (!known.includes(keys[0] ?? '')) this.error(position, `invalid key ${JSON.stringify(keys[0])}`);
  }
}

/** The texts of a list, and where each stands. */
export function textsOf(body: HclObject, name: string, notes: Notes): { text: string; position: Position }[] {
  const value = attributeOf(body, name);
  if (value === undefined) return [];
  const elements = value.kind === 'list' ? value.elements : [value];
  const texts = elements.flatMap((element) =>
    element.kind === 'literal' && typeof element.value === 'string'
      ? [{ text: element.value, position: element.position }]
      : [],
  );
  if (value.kind === 'list' && texts.length === elements.length) return texts;
  notes.error(value.position, `${JSON.stringify(name)} must be a list of strings`);
  return [];
}
