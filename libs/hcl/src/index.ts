export { HclError } from './hcl-error';
export { parseHcl } from './parse-hcl';
export { attributeOf, blocksOf, plainOf } from './read';
export type { HclItem, HclObject, HclValue } from './tree';
