import { HclError, type HclPosition } from './hcl-error';
import type { HclItem, HclObject, HclValue } from './tree';

export interface HclBlock {
  /** As many as were asked for. */
  readonly labels: readonly string[];
  readonly body: HclObject;
  readonly position: HclPosition;
}

/**
 * All blocks of that name, in order. `a "x" { }`, `a = { "x" = { } }`, and JSON's `{"a": {"x": {}}}` or
 * `{"a": [{"x": {}}]}` are the same block.
 *
 * @throws {HclError} where something else than a block with so many labels bears the name.
 */
export function blocksOf(object: HclObject, name: string, labelCount: number): HclBlock[] {
  return object.items
    .filter((item) => item.keys[0] === name)
    .flatMap((item) => expand(item, item.keys.slice(1), item.value, labelCount));
}

function expand(item: HclItem, labels: readonly string[], value: HclValue, labelCount: number): HclBlock[] {
  if (value.kind === 'list') return value.elements.flatMap((element) => expand(item, labels, element, labelCount));
  if (value.kind !== 'object' || labels.length > labelCount) throw notABlock(item, labelCount);
  if (labels.length === labelCount) return [{ labels, body: value, position: item.position }];
  if (value.items.length === 0) throw notABlock(item, labelCount);
  return value.items.flatMap((inner) => expand(inner, [...labels, ...inner.keys], inner.value, labelCount));
}

function notABlock(item: HclItem, labelCount: number): HclError {
  const shape = `${JSON.stringify(item.keys[0])} must be a block`;
  return new HclError(item.position, labelCount === 0 ? `${shape} without label` : `${shape} with ${labelCount} label`);
}

/** The value given to a name; the last one, where there are several. */
export function attributeOf(object: HclObject, name: string): HclValue | undefined {
  return object.items.findLast((item) => item.keys.length === 1 && item.keys[0] === name)?.value;
}

/** The value as JavaScript has it. Labels become nested objects; of repeated keys the last one stays. */
export function plainOf(value: HclValue): unknown {
  if (value.kind === 'literal') return value.value;
  if (value.kind === 'list') return value.elements.map(plainOf);
  return Object.fromEntries(
    value.items.map((item) => {
      const [name = '', ...labels] = item.keys;
      return [
        name,
        labels.reduceRight<unknown>((inner, label) => Object.fromEntries([[label, inner]]), plainOf(item.value)),
      ];
    }),
  );
}
