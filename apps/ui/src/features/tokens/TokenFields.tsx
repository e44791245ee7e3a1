import { useList } from '../../session/read';
import { Checkbox } from '../../ui/Checkbox';
import { SelectField, TextArea, TextField } from '../../ui/Field';
import { ROLES } from './calls';
import { metadataFault, namesIn, type TokenDraft } from './token-draft';

interface FieldsProps {
  readonly draft: TokenDraft;
  readonly onChange: (draft: TokenDraft) => void;
}

export function TokenFields({ draft, onChange }: FieldsProps) {
  const roles = useList(ROLES).data ?? [];
  return (
    <>
      {roles.length > 0 && (
        <SelectField
          label="Role"
          help="What the role says comes first."
          value={draft.role}
          onText={(role) => onChange({ ...draft, role })}
        >
          <option value="">No role</option>
          {roles.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </SelectField>
      )}
      <TextField
        label="Display name"
        help="Stands in the audit log, with token- before it."
        value={draft.displayName}
        onText={(displayName) => onChange({ ...draft, displayName })}
        autoComplete="off"
      />
      <PolicyField draft={draft} onChange={onChange} />
      <SelectField
        label="Type"
        help="Batch tokens are not stored: they have no accessor, and cannot be renewed or revoked."
        value={draft.type}
        onText={(type) => onChange({ ...draft, type })}
      >
        <option value="">{roles.length > 0 ? 'As the role says, or else service' : 'service'}</option>
        {roles.length > 0 && <option>service</option>}
        <option>batch</option>
      </SelectField>
      {draft.role !== '' && (
        <TextField
          label="Entity alias"
          help="Of the entity that the token belongs to, where the role allows it."
          value={draft.entityAlias}
          onText={(entityAlias) => onChange({ ...draft, entityAlias })}
          spellCheck={false}
        />
      )}
      <TextArea
        label="Metadata"
        help="One a line: name=value. Shown with the token and in the audit log."
        error={metadataFault(draft.metadata)}
        value={draft.metadata}
        onText={(metadata) => onChange({ ...draft, metadata })}
        spellCheck={false}
      />
    </>
  );
}

function PolicyField({ draft, onChange }: FieldsProps) {
  const known = useList('sys/policies/acl').data;
  const missing = known === undefined ? [] : namesIn(draft.policies).filter((name) => !known.includes(name));
  return (
    <TextField
      label="Policies"
      help={
        missing.length > 0
          ? `There is no policy ${missing.join(', ')} yet: it grants nothing until there is.`
          : 'With commas between. Empty: the same as yours.'
      }
      value={draft.policies}
      onText={(policies) => onChange({ ...draft, policies })}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

const LIMITS = [
  {
    name: 'ttl',
    label: 'TTL',
    help: "Empty: the server's default. A child of a token that ends, ends with it.",
    placeholder: '1h',
  },
  {
    name: 'explicitMaxTtl',
    label: 'Explicit maximum TTL',
    help: 'No renewal prolongs it beyond this.',
    placeholder: '24h',
  },
  {
    name: 'period',
    label: 'Period',
    help: 'It can be renewed for ever, for this long each time. Needs sudo.',
    placeholder: '72h',
  },
] as const;

export function LimitFields({ draft, onChange }: FieldsProps) {
  return (
    <>
      {LIMITS.map(({ name, ...field }) => (
        <TextField
          key={name}
          {...field}
          value={draft[name]}
          onText={(text) => onChange({ ...draft, [name]: text })}
          autoComplete="off"
          spellCheck={false}
        />
      ))}
      <TextField
        label="Number of uses"
        help="Then it ends. Empty: without limit."
        type="number"
        min={0}
        value={draft.numUses}
        onText={(numUses) => onChange({ ...draft, numUses })}
      />
    </>
  );
}

export function TokenSwitches({ draft, onChange }: FieldsProps) {
  return (
    <>
      <Checkbox checked={draft.renewable} onCheck={(renewable) => onChange({ ...draft, renewable })}>
        It can be renewed
      </Checkbox>
      <Checkbox checked={draft.noParent} onCheck={(noParent) => onChange({ ...draft, noParent })}>
        No parent: it does not end with yours. Needs sudo.
      </Checkbox>
      <Checkbox checked={draft.noDefaultPolicy} onCheck={(noDefaultPolicy) => onChange({ ...draft, noDefaultPolicy })}>
        Leave out the policy “default”
      </Checkbox>
    </>
  );
}
