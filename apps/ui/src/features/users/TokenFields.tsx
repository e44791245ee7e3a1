import { useList } from '../../session/read';
import { Checkbox } from '../../ui/Checkbox';
import { Disclosure } from '../../ui/Disclosure';
import { SelectField, TextField } from '../../ui/Field';
import { namesIn, TOKEN_TYPES, type TokenOptions } from './token-options';

interface TokenFieldsProps {
  readonly options: TokenOptions;
  readonly onChange: (options: TokenOptions) => void;
}

interface Described {
  readonly name: Exclude<keyof TokenOptions, 'token_no_default_policy' | 'token_policies' | 'token_type'>;
  readonly label: string;
  readonly help: string;
  readonly placeholder?: string;
}

const FIELDS: readonly Described[] = [
  { name: 'token_ttl', label: 'TTL', help: "Life of a token. Empty: the mount's default.", placeholder: '1h' },
  {
    name: 'token_max_ttl',
    label: 'Maximum TTL',
    help: "How long it can be renewed. Empty: the mount's maximum.",
    placeholder: '24h',
  },
  {
    name: 'token_explicit_max_ttl',
    label: 'Explicit maximum TTL',
    help: 'No renewal prolongs it beyond this, whatever else is configured.',
  },
  { name: 'token_period', label: 'Period', help: 'It can be renewed for ever, for this long each time.' },
  { name: 'token_num_uses', label: 'Number of uses', help: 'Then it is revoked. Empty: without limit.' },
  {
    name: 'token_bound_cidrs',
    label: 'Bound CIDRs',
    help: 'Addresses from which one may log in and use a token, with commas between.',
    placeholder: '10.0.0.0/8',
  },
];

/** The policies stand out: without them a token may do next to nothing. */
export function PolicyField({ options, onChange }: TokenFieldsProps) {
  const known = useList('sys/policies/acl').data;
  const unknown = known === undefined ? [] : namesIn(options.token_policies).filter((name) => !known.includes(name));
  return (
    <TextField
      label="Token policies"
      help={
        unknown.length > 0
          ? `There is no policy ${unknown.join(', ')} yet: it grants nothing until there is.`
          : `With commas between.${known === undefined ? '' : ` There are ${someOf(known)}.`}`
      }
      value={options.token_policies}
      onText={(token_policies) => onChange({ ...options, token_policies })}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

export function TokenFields({ options, onChange }: TokenFieldsProps) {
  return (
    <Disclosure title="Token options">
      {FIELDS.map(({ name, ...field }) => (
        <TextField
          key={name}
          {...field}
          value={options[name]}
          onText={(text) => onChange({ ...options, [name]: text })}
          autoComplete="off"
          spellCheck={false}
        />
      ))}
      <SelectField
        label="Type"
        help="Batch tokens are not stored: they cannot be renewed or revoked one by one."
        value={options.token_type}
        onText={(token_type) => onChange({ ...options, token_type })}
      >
        {TOKEN_TYPES.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </SelectField>
      <Checkbox
        checked={options.token_no_default_policy}
        onCheck={(token_no_default_policy) => onChange({ ...options, token_no_default_policy })}
      >
        Leave out the policy “default”
      </Checkbox>
    </Disclosure>
  );
}

const SHOWN = 12;

const someOf = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');
