import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Failure } from '../../ui/Failure';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { UnsavedGuard } from '../../ui/UnsavedGuard';
import type { PolicyAnswer } from './calls';
import { isFixed, type Kind, policyPath, readRequest } from './kinds';
import styles from './policies.module.css';
import { PolicyEditor } from './PolicyEditor';
import { textIn } from './calls';
import { useKind, useName } from './useKind';
import { usePolicyDraft } from './usePolicyDraft';

export function EditPolicyPage() {
  const [kind, name] = [useKind(), useName()];
  const policy = useRead<PolicyAnswer>(readRequest(kind, name));
  const path = policyPath(kind, name);
  const may = useMay(path);
  if (isFixed(kind, name) || !may(path, 'update'))
    return (
      <>
        <PageHead title={name} />
        <Alert kind="warn" title="It cannot be changed">
          {isFixed(kind, name) ? 'Nobody changes this policy.' : `Your token lacks update on ${path}.`}
        </Alert>
      </>
    );
  return (
    <Loaded of={policy} lines={12}>
      {(answer) => <EditForm key={name} kind={kind} name={name} stored={textIn(answer)} />}
    </Loaded>
  );
}

interface EditProps {
  readonly kind: Kind;
  readonly name: string;
  readonly stored: string;
}

function EditForm({ kind, name, stored }: EditProps) {
  const draft = usePolicyDraft(kind, name, stored);
  return (
    <>
      <PageHead title={`Edit ${name}`} note="Whoever has this policy may do what it says from the moment it is saved.">
        <AsCommand request={draft.request} />
      </PageHead>
      <Form className={styles.form} onSend={draft.save}>
        <PolicyEditor
          {...draft}
          kind={kind}
          onText={draft.setText}
          onSave={draft.save}
          onFile={(_, text) => draft.setText(text)}
        />
        <Failure of={draft.error} />
        <div className={styles.row}>
          <Button type="submit" kind="primary" busy={draft.isSaving} disabled={draft.text.trim() === ''}>
            Save
          </Button>
          <ButtonLink to="/vault/policies/$kind/$name" params={{ kind, name }}>
            Cancel
          </ButtonLink>
        </div>
      </Form>
      <UnsavedGuard isUnsaved={draft.isUnsaved} />
    </>
  );
}
