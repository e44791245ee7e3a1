import { Checkbox } from '../../ui/Checkbox';
import { SelectField, TextField } from '../../ui/Field';
import { ROLE_FIELDS, ROLE_TYPES, type RoleDraft } from './role-draft';

interface RoleFieldsProps {
  readonly draft: RoleDraft;
  readonly onChange: (draft: RoleDraft) => void;
}

export function RoleFields({ draft, onChange }: RoleFieldsProps) {
  return (
    <>
      {ROLE_FIELDS.map(({ name, kind, ...field }) => (
        <TextField
          key={name}
          {...field}
          {...(kind === 'count' && { type: 'number', min: 0 })}
          value={draft.texts[name] ?? ''}
          onText={(text) => onChange({ ...draft, texts: { ...draft.texts, [name]: text } })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      ))}
      <SelectField
        label="Type"
        help="The two defaults leave it to whoever asks for the token."
        value={draft.type}
        onText={(type) => onChange({ ...draft, type })}
      >
        {ROLE_TYPES.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </SelectField>
      <Checkbox checked={draft.renewable} onCheck={(renewable) => onChange({ ...draft, renewable })}>
        Its tokens can be renewed
      </Checkbox>
      <Checkbox checked={draft.orphan} onCheck={(orphan) => onChange({ ...draft, orphan })}>
        Its tokens have no parent
      </Checkbox>
      <Checkbox checked={draft.noDefaultPolicy} onCheck={(noDefaultPolicy) => onChange({ ...draft, noDefaultPolicy })}>
        Leave out the policy “default”
      </Checkbox>
    </>
  );
}
