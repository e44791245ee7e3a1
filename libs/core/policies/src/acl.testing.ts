import { Acl, type AclRequest } from './acl';
import { parsePolicy } from './parse-policy';

export const acl = (...texts: string[]): Acl => new Acl(texts.map((text, n) => parsePolicy(`p${n}`, text)));
export const path = (name: string, ...capabilities: string[]): string =>
  `path ${JSON.stringify(name)} { capabilities = ${JSON.stringify(capabilities)} }\n`;
export const may = (rules: Acl, request: Partial<AclRequest> = {}): boolean =>
  rules.allows({ path: 'x', operation: 'update', sudo: false, ...request });
export const reads = (rules: Acl, at: string): boolean => may(rules, { path: at, operation: 'read' });
