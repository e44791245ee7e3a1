import { attributeOf, blocksOf, type HclItem, type HclObject, parseHcl } from '@tidelock/hcl';
import { Notes, type Position, textsOf } from './notes';
import { CAPABILITIES, type PolicyRule, type PolicyText } from './policy-rule';
import { restrictionsOf } from './restrictions';

const POLICY_KEYS: readonly string[] = ['name', 'path'];
const RULE_KEYS: readonly string[] = [
  'comment',
  'policy',
  'capabilities',
  'allowed_parameters',
  'denied_parameters',
  'required_parameters',
  'min_wrapping_ttl',
  'max_wrapping_ttl',
  'mfa_methods',
  'control_group',
];

/** The shorthands of Vault 0.1: `policy = "write"`. */
const SHORTHANDS: Readonly<Record<string, readonly string[]>> = {
  deny: ['deny'],
  read: ['read', 'list'],
  write: ['create', 'read', 'update', 'delete', 'list'],
  sudo: ['create', 'read', 'update', 'delete', 'list', 'sudo'],
};

/** Reads a policy as the server does, HCL or JSON, and finds everything that it would refuse. */
export function readPolicy(text: string): PolicyText {
  const notes = new Notes();
  const document = notes.attempt(() => parseHcl(text), undefined);
  if (document === undefined) return { rules: [], problems: notes.problems };
  notes.unknownKeys(document, POLICY_KEYS);
  const rules = document.items.flatMap((item) => notes.attempt(() => rulesOf(item, notes), []));
  return { rules, problems: notes.problems };
}

function rulesOf(item: HclItem, notes: Notes): PolicyRule[] {
  const alone: HclObject = { kind: 'object', items: [item], position: item.position };
  return blocksOf(alone, 'path', 1).map(({ labels: [label = ''], body }) => {
    // In JSON one `path` may hold many blocks: each begins at its own brace.
    const position = item.keys.length > 1 ? item.position : body.position;
    return ruleOf(label, body, { position, notes });
  });
}

interface Within {
  readonly position: Position;
  readonly notes: Notes;
}

function ruleOf(label: string, body: HclObject, within: Within): PolicyRule {
  const path = label.startsWith('/') ? label.slice(1) : label;
  within.notes.unknownKeys(body, RULE_KEYS);
  checkPath(path, within);
  const capabilities = [...new Set([...ofShorthand(body, within.notes), ...ofList(body, within.notes)])];
  if (capabilities.length === 0) within.notes.warning(within.position, 'this rule grants nothing');
  if (capabilities.length > 1 && capabilities.includes('deny'))
    within.notes.warning(within.position, '"deny" leaves nothing of the other capabilities');
  return { path, line: within.position.line, capabilities, restrictions: restrictionsOf(body, within.notes) };
}

function checkPath(path: string, { position, notes }: Within): void {
  if (path.includes('+*')) notes.error(position, "invalid use of wildcards ('+*' is forbidden)");
  if (!/^(?:(?!\{\{|\}\}).|\{\{(?:(?!\{\{|\}\}).)*\}\})*$/s.test(path))
    notes.error(position, 'unbalanced templating characters');
  if (path.slice(0, -1).includes('*'))
    notes.warning(position, 'a "*" that is not the last character stands for itself; "+" stands for one segment');
}

function ofShorthand(body: HclObject, notes: Notes): readonly string[] {
  const value = attributeOf(body, 'policy');
  if (value === undefined || (value.kind === 'literal' && value.value === '')) return [];
  const name = value.kind === 'literal' ? value.value : undefined;
  if (typeof name === 'string' && Object.hasOwn(SHORTHANDS, name)) return SHORTHANDS[name] ?? [];
  notes.error(
    value.position,
    typeof name === 'string' ? `invalid policy ${JSON.stringify(name)}` : '"policy" must be a string',
  );
  return [];
}

function ofList(body: HclObject, notes: Notes): readonly string[] {
  const known: readonly string[] = CAPABILITIES;
  return textsOf(body, 'capabilities', notes).flatMap(({ text, position }) => {
    if (known.includes(text)) return [text];
    notes.error(position, `invalid capability ${JSON.stringify(text)}`);
    return [];
  });
}
