import type { HclPosition } from './hcl-error';

export interface HclLiteral {
  readonly kind: 'literal';
  /** `null` occurs in JSON only. */
  readonly value: string | number | boolean | null;
  readonly position: HclPosition;
}

interface HclList {
  readonly kind: 'list';
  readonly elements: readonly HclValue[];
  readonly position: HclPosition;
}

/** A document, the body of a block, or the value of `a = { … }`: HCL 1 makes no difference. */
export interface HclObject {
  readonly kind: 'object';
  readonly items: readonly HclItem[];
  readonly position: HclPosition;
}

/** `key = value`, or `key "label" … { body }` with the labels as further keys. Keys repeat freely. */
export interface HclItem {
  readonly keys: readonly string[];
  readonly value: HclValue;
  readonly position: HclPosition;
}

export type HclValue = HclLiteral | HclList | HclObject;
