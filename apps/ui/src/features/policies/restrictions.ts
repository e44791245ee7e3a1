import { attributeOf, type HclItem, type HclObject, plainOf } from '@tidelock/hcl';
import { type Notes, textsOf } from './notes';
import { secondsIn } from './seconds';

/** What a rule demands of a request besides its capabilities, each in words. */
export function restrictionsOf(body: HclObject, notes: Notes): readonly string[] {
  const [min, max] = [ttlOf(body, 'min_wrapping_ttl', notes), ttlOf(body, 'max_wrapping_ttl', notes)];
  const maximum = attributeOf(body, 'max_wrapping_ttl');
  if (max !== 0 && max < min && maximum !== undefined)
    notes.error(maximum.position, 'max_wrapping_ttl cannot be less than min_wrapping_ttl');
  const required = textsOf(body, 'required_parameters', notes).map(({ text }) => text.toLowerCase());
  return [
    ...parametersOf(body, 'allowed_parameters', notes),
    ...parametersOf(body, 'denied_parameters', notes),
    ...(required.length > 0 ? [`required_parameters: ${required.join(', ')}`] : []),
    ...(min > 0 ? [`min_wrapping_ttl: ${min} s`] : []),
    ...(max > 0 ? [`max_wrapping_ttl: ${max} s`] : []),
  ];
}

function ttlOf(body: HclObject, name: string, notes: Notes): number {
  const value = attributeOf(body, name);
  const seconds = value === undefined ? 0 : secondsIn(plainOf(value));
  if (seconds !== undefined) return seconds;
  if (value !== undefined) notes.error(value.position, `error parsing ${name}: expected a duration`);
  return 0;
}

/** `{ "name" = [values] }`. */
function parametersOf(body: HclObject, name: string, notes: Notes): string[] {
  const value = attributeOf(body, name);
  if (value === undefined) return [];
  if (value.kind !== 'object') {
    notes.error(value.position, `${JSON.stringify(name)} must map parameters to lists of values`);
    return [];
  }
  const words = value.items.map((item) => parameterOf(item, name, notes));
  return words.length === 0 ? [] : [`${name}: ${words.join('; ')}`];
}

function parameterOf(item: HclItem, name: string, notes: Notes): string {
  const [parameter = ''] = item.keys;
  const values = plainOf(item.value);
  if (item.keys.length > 1 || !Array.isArray(values)) {
    notes.error(item.value.position, `${JSON.stringify(name)} must map parameters to lists of values`);
    return parameter;
  }
  if (parameter.includes('*') && parameter !== '*')
    notes.error(item.position, `parameter key ${JSON.stringify(parameter)} cannot contain non-tail wildcards`);
  const all = values.map((one) => JSON.stringify(one)).join(', ');
  return all === '' ? `${parameter.toLowerCase()} (any value)` : `${parameter.toLowerCase()} = ${all}`;
}
