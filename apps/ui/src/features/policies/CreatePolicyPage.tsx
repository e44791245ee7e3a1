import { useState } from 'react';
import { useList } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import { type Kind, KINDS, listPath } from './kinds';
import styles from './policies.module.css';
import { PolicyEditor } from './PolicyEditor';
import { useKind } from './useKind';
import { usePolicyDraft } from './usePolicyDraft';

export function CreatePolicyPage() {
  const kind = useKind();
  return <CreateForm key={kind} kind={kind} />;
}

function CreateForm({ kind }: { readonly kind: Kind }) {
  const [name, setName] = useState('');
  const draft = usePolicyDraft(kind, name, KINDS[kind].example);
  const taken = useList(listPath(kind)).data?.includes(name.toLowerCase()) === true;
  const onFile = (file: string, text: string): void => {
    draft.setText(text);
    if (name === '') setName(file);
  };
  return (
    <>
      <PageHead title={`Create ${KINDS[kind].one}`} note={KINDS[kind].note}>
        <AsCommand request={draft.request} />
      </PageHead>
      <Form className={styles.form} onSend={draft.save}>
        <TextField
          label="Name"
          value={name}
          onText={setName}
          required
          autoFocus
          autoComplete="off"
          spellCheck={false}
          help={name === name.toLowerCase() ? undefined : `Stored in small letters: ${name.toLowerCase()}`}
          error={taken ? 'There is a policy of this name: saving replaces it.' : undefined}
        />
        <PolicyEditor {...draft} kind={kind} onText={draft.setText} onSave={draft.save} onFile={onFile} />
        <Failure of={draft.error} />
        <div className={styles.row}>
          <Button type="submit" kind="primary" busy={draft.isSaving} disabled={draft.text.trim() === ''}>
            Create policy
          </Button>
          <ButtonLink to="/vault/policies/$kind" params={{ kind }}>
            Cancel
          </ButtonLink>
        </div>
      </Form>
      <UnsavedGuard isUnsaved={draft.isUnsaved} />
    </>
  );
}
