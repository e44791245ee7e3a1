import type { AliasView, EntityView, GroupView } from '@tidelock/engine-api';
import { rulePathOf } from './rule-path';

type Value = string | undefined;
type Metadata = Readonly<Record<string, string>>;

const REFERENCE = /\{\{(.*?)\}\}/s;
/** Stands for a reference while a pattern is taken apart. */
const OPEN = '\0';

/**
 * A rule's path that holds references, as `secret/{{identity.entity.name}}/*`.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies#templated-policies
 */
export class PathTemplate {
  /** What stands around the references. */
  private readonly texts: readonly string[];
  private readonly references: readonly ((entity: EntityView) => Value)[];
  /** How many segments are `+` as the rule was written. */
  private readonly wildcards: number;

  /** @param path with balanced braces. */
  constructor(path: string) {
    const pieces = path.split(REFERENCE);
    this.texts = pieces.filter((_, at) => at % 2 === 0);
    this.references = pieces.filter((_, at) => at % 2 === 1).map((name) => referenceTo(name.trim().split('.')));
    this.wildcards = rulePathOf(this.texts.join(OPEN)).wildcards;
  }

  /**
   * The path of an entity's own rule.
   *
   * @returns `undefined` where it lacks a value, or has one that would be read as a wildcard.
   */
  filledFor(entity: EntityView): string | undefined {
    const values = this.references.map((reference) => reference(entity));
    if (!values.every(isPlain)) return undefined;
    const path = this.texts.map((text, at) => text + (values[at] ?? '')).join('');
    // A `/` in a value may have made a segment of a `+` that was none.
    return rulePathOf(path).wildcards === this.wildcards ? path : undefined;
  }

  /** Matches every path that the rule is about for anybody: a reference is any text there, with or without `/`. */
  forAnybody(): RegExp {
    const { open, segments } = rulePathOf(this.texts.join(OPEN));
    const pattern = segments.map((segment) => (segment === '+' ? '[^/]*' : quoted(segment))).join('/');
    const [first = '', ...rest] = pattern.split(new RegExp(`${OPEN}+`));
    const last = open ? undefined : rest.pop();
    // Each piece is taken where it comes first and not looked for again, so that no path takes long: a later place would only leave less for the rest.
    const pieces = rest.map((piece, at) => `(?=(.+?${piece}))\\${at + 1}`);
    return new RegExp(`^${first}${pieces.join('')}${last === undefined ? '' : `.+${last}$`}`, 's');
  }
}

/** An empty value would give the folder that holds everybody's. */
const isPlain = (value: Value): value is string => value !== undefined && value !== '' && !/[*+]/.test(value);

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const nothing = (): undefined => undefined;

function referenceTo([identity, kind, ...rest]: readonly string[]): (entity: EntityView) => Value {
  if (identity !== 'identity') return nothing;
  if (kind === 'entity') return referenceToEntity(rest);
  return kind === 'groups' ? referenceToGroup(rest) : nothing;
}

function referenceToEntity([member, ...rest]: readonly string[]): (entity: EntityView) => Value {
  if (member !== 'aliases') return (entity) => valueIn(entity, [member, ...rest]);
  const [accessor, ...ofAlias] = rest;
  return ({ aliases }) => {
    const alias = aliases.find(({ mountAccessor }) => mountAccessor === accessor);
    return alias && valueIn(alias, ofAlias);
  };
}

/** `ids.<id>.name`, `names.<name>.id`, and their metadata. */
function referenceToGroup([by, which, ...rest]: readonly string[]): (entity: EntityView) => Value {
  if (by !== 'ids' && by !== 'names') return nothing;
  return ({ groups }) => {
    const group = groups.find(({ id, name }) => (by === 'ids' ? id : name) === which);
    return group && valueIn(group, rest);
  };
}

function valueIn(of: EntityView | AliasView | GroupView, [member, ...rest]: readonly (string | undefined)[]): Value {
  if (member === 'metadata') return entryOf(of.metadata, rest.join('.'));
  if (member === 'custom_metadata' && 'customMetadata' in of) return entryOf(of.customMetadata, rest.join('.'));
  return rest.length === 0 && (member === 'id' || member === 'name') ? of[member] : undefined;
}

const entryOf = (metadata: Metadata, key: string): Value => (Object.hasOwn(metadata, key) ? metadata[key] : undefined);
