import { isTidelockError, parseDurationSeconds } from '@tidelock/kernel';
import { attributeOf, HclError, type HclObject, type HclValue, plainOf } from '@tidelock/hcl';
import { type Capability, capabilitySet, isCapability, LEGACY_POLICIES } from './capability';
import { PathTemplate } from './path-template';
import type { ParameterValues, Rule } from './rule';

/** What is wrong with a rule. */
export class RuleError extends Error {}

/** Reads the body of `path "…" { … }`. @throws {RuleError} @throws {HclError} */
export function parseRule(label: string, body: HclObject): Rule {
  const path = label.startsWith('/') ? label.slice(1) : label;
  checkPath(path);
  const [minWrappingTtl, maxWrappingTtl] = [durationOf(body, 'min_wrapping_ttl'), durationOf(body, 'max_wrapping_ttl')];
  if (maxWrappingTtl !== 0 && maxWrappingTtl < minWrappingTtl) {
    throw new RuleError('max_wrapping_ttl cannot be less than min_wrapping_ttl');
  }
  return {
    path,
    ...(path.includes('{{') && { template: new PathTemplate(path) }),
    capabilities: capabilitySet([...legacyCapabilities(path, body), ...capabilitiesOf(path, body)]),
    allowed: valuesOf(path, body, 'allowed_parameters'),
    denied: valuesOf(path, body, 'denied_parameters'),
    required: textsOf(body, 'required_parameters').map((name) => name.toLowerCase()),
    minWrappingTtl,
    maxWrappingTtl,
  };
}

function checkPath(path: string): void {
  if (path.includes('+*')) throw new RuleError(`path ${quote(path)}: invalid use of wildcards ('+*' is forbidden)`);
  if (!/^(?:(?!\{\{|\}\}).|\{\{(?:(?!\{\{|\}\}).)*\}\})*$/s.test(path)) {
    throw new RuleError('failed to validate policy templating: unbalanced templating characters');
  }
}

function legacyCapabilities(path: string, body: HclObject): readonly Capability[] {
  const value = attributeOf(body, 'policy');
  if (value === undefined) return [];
  const name = plainOf(value);
  if (typeof name !== 'string') throw new HclError(value.position, '"policy" must be a string');
  if (name === '') return [];
  const capabilities = Object.hasOwn(LEGACY_POLICIES, name) ? LEGACY_POLICIES[name] : undefined;
  if (capabilities === undefined) throw new RuleError(`path ${quote(path)}: invalid policy ${quote(name)}`);
  return capabilities;
}

function capabilitiesOf(path: string, body: HclObject): Capability[] {
  const names = textsOf(body, 'capabilities');
  const unknown = names.find((name) => !isCapability(name));
  if (unknown !== undefined) throw new RuleError(`path ${quote(path)}: invalid capability ${quote(unknown)}`);
  return names as Capability[];
}

function textsOf(body: HclObject, name: string): string[] {
  const value = attributeOf(body, name);
  const list = value === undefined ? [] : plainOf(value);
  if (Array.isArray(list) && list.every((member) => typeof member === 'string')) return list;
  throw new HclError((value as HclValue).position, `${quote(name)} must be a list of strings`);
}

function durationOf(body: HclObject, name: string): number {
  const value = attributeOf(body, name);
  try {
    return value === undefined ? 0 : parseDurationSeconds(plainOf(value), name);
  } catch (error) {
    if (!isTidelockError(error)) throw error;
    throw new RuleError(
      `error parsing ${name}: ${error.message.replace(/^error converting input for field "\w+": /, '')}`,
    );
  }
}

/** `{ "name" = [values] }`. */
function valuesOf(path: string, body: HclObject, name: string): ParameterValues {
  const value = attributeOf(body, name);
  if (value === undefined) return new Map();
  if (value.kind !== 'object')
    throw new HclError(value.position, `${quote(name)} must map parameters to lists of values`);
  return new Map(
    value.items.map((item) => {
      const [parameter = ''] = item.keys;
      const values = plainOf(item.value);
      if (item.keys.length > 1 || !Array.isArray(values)) {
        throw new HclError(item.value.position, `${quote(name)} must map parameters to lists of values`);
      }
      if (parameter.includes('*') && parameter !== '*') {
        throw new RuleError(
          `path ${quote(path)}: ${name}: parameter key ${quote(parameter)} cannot contain non-tail wildcards`,
        );
      }
      return [parameter.toLowerCase(), values as unknown[]];
    }),
  );
}

const quote = (text: string): string => JSON.stringify(text);
