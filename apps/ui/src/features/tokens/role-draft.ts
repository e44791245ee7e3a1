import { namesIn } from './token-draft';

type Body = Readonly<Record<string, unknown>>;

/** A field of a token role, as the API names it. */
export interface RoleField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly kind: 'names' | 'duration' | 'count' | 'text';
  readonly placeholder?: string;
}

export const ROLE_FIELDS: readonly RoleField[] = [
  {
    name: 'allowed_policies',
    label: 'Allowed policies',
    help: 'With commas between. Empty: those of whoever asks for the token.',
    kind: 'names',
  },
  { name: 'allowed_policies_glob', label: 'Allowed policies, with *', help: 'For instance team-*.', kind: 'names' },
  { name: 'disallowed_policies', label: 'Disallowed policies', help: 'No token has these.', kind: 'names' },
  {
    name: 'disallowed_policies_glob',
    label: 'Disallowed policies, with *',
    help: 'For instance *-admin.',
    kind: 'names',
  },
  {
    name: 'allowed_entity_aliases',
    label: 'Allowed entity aliases',
    help: 'Those that may be asked for with the token.',
    kind: 'names',
  },
  {
    name: 'token_bound_cidrs',
    label: 'Bound CIDRs',
    help: 'Addresses from which a token can be used. Empty: any.',
    kind: 'names',
    placeholder: '10.0.0.0/8',
  },
  {
    name: 'token_explicit_max_ttl',
    label: 'Explicit maximum TTL',
    help: 'No renewal prolongs a token beyond this.',
    kind: 'duration',
    placeholder: '24h',
  },
  {
    name: 'token_period',
    label: 'Period',
    help: 'A token can be renewed for ever, for this long each time.',
    kind: 'duration',
  },
  { name: 'token_num_uses', label: 'Number of uses', help: 'Then a token ends. Empty: without limit.', kind: 'count' },
  { name: 'path_suffix', label: 'Path suffix', help: 'Its tokens are listed below it among the leases.', kind: 'text' },
];

export const ROLE_TYPES = ['default-service', 'default-batch', 'service', 'batch'] as const;

/** What stands in the form. */
export interface RoleDraft {
  /** By the field's name. */
  readonly texts: Readonly<Record<string, string>>;
  readonly type: string;
  readonly renewable: boolean;
  readonly orphan: boolean;
  readonly noDefaultPolicy: boolean;
}

/** @param role as a read answers. */
export const roleDraft = (role: Body = {}): RoleDraft => ({
  texts: Object.fromEntries(ROLE_FIELDS.map((field) => [field.name, textOf(field, role[field.name])])),
  type: String(role['token_type'] ?? ROLE_TYPES[0]),
  renewable: role['renewable'] !== false,
  orphan: role['orphan'] === true,
  noDefaultPolicy: role['token_no_default_policy'] === true,
});

function textOf({ kind }: RoleField, value: unknown): string {
  if (kind === 'names') return Array.isArray(value) ? value.map(String).join(', ') : '';
  if (value === undefined || value === null || value === 0) return '';
  return kind === 'duration' && typeof value === 'number' ? `${value}s` : String(value);
}

/** All of it: what was emptied is sent, too. */
export const roleBody = ({ texts, type, renewable, orphan, noDefaultPolicy }: RoleDraft): Body => ({
  ...Object.fromEntries(ROLE_FIELDS.map(({ name, kind }) => [name, valueOf(kind, texts[name] ?? '')])),
  token_type: type,
  renewable,
  orphan,
  token_no_default_policy: noDefaultPolicy,
});

function valueOf(kind: RoleField['kind'], text: string): unknown {
  if (kind === 'names') return namesIn(text);
  if (kind === 'count') return Number(text);
  return kind === 'duration' ? text.trim() || 0 : text.trim();
}
