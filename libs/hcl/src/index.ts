export { HclError, type HclPosition } from './hcl-error';
export { parseHcl } from './parse-hcl';
export { attributeOf, blocksOf, type HclBlock, plainOf } from './read';
export type { HclItem, HclList, HclLiteral, HclObject, HclValue } from './tree';
