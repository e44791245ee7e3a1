import { badRequest, multiError } from '@tidelock/kernel';
import { blocksOf, HclError, type HclItem, type HclObject, parseHcl } from '@tidelock/hcl';
import { parseRule, RuleError } from './parse-rule';
import type { Policy } from './rule';

const POLICY_KEYS = new Set(['name', 'path']);
const RULE_KEYS = new Set([
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
]);

/**
 * Reads a policy.
 *
 * @param name of the policy, in any case.
 * @param text HCL or JSON (see `policyTextOf` for base64).
 * @throws {TidelockError} INVALID_REQUEST `failed to parse policy: …`, naming the place or the path.
 */
export function parsePolicy(name: string, text: string): Policy {
  try {
    return { name: name.toLowerCase(), rules: rulesOf(parseHcl(text)) };
  } catch (error) {
    if (error instanceof HclError || error instanceof RuleError)
      throw badRequest(`failed to parse policy: ${error.message}`);
    throw error;
  }
}

function rulesOf(document: HclObject): Policy['rules'] {
  checkKeys(document, POLICY_KEYS, '');
  return blocksOf(document, 'path', 1).map(({ labels: [path = ''], body }) => {
    checkKeys(body, RULE_KEYS, `path ${JSON.stringify(path)}: `);
    return parseRule(path, body);
  });
}

function checkKeys(object: HclObject, valid: ReadonlySet<string>, prefix: string): void {
  const unknown = object.items.filter((item) => !valid.has(nameOf(item)));
  if (unknown.length === 0) return;
  throw new RuleError(
    multiError(
      unknown.map((item) => `${prefix}invalid key ${JSON.stringify(nameOf(item))} on line ${item.position.line}`),
    ),
  );
}

const nameOf = (item: HclItem): string => item.keys[0] ?? '';
