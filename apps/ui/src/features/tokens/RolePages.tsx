import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { deleteRole, readRole, writeRole } from './calls';
import { DeleteRoleDialog } from './DeleteRoleDialog';
import { roleBody, type RoleDraft, roleDraft } from './role-draft';
import { RoleFields } from './RoleFields';
import styles from './tokens.module.css';

const NOTE = 'Roles are replicated: they are the same on every cluster of a set. The tokens made by them are not.';

export function CreateRolePage() {
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(() => roleDraft());
  return (
    <>
      <PageHead title="Create a token role" note={NOTE}>
        <AsCommand request={writeRole(name.trim(), roleBody(draft))} />
      </PageHead>
      <RoleForm name={name.trim()} draft={draft} verb="Create role">
        <TextField
          label="Name"
          required
          // No address of the API ends in a slash.
          pattern="[^\/]+"
          title="without slashes"
          value={name}
          onText={setName}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <RoleFields draft={draft} onChange={setDraft} />
      </RoleForm>
    </>
  );
}

export function EditRolePage() {
  const { name } = useParams({ from: '/frame/vault/access/tokens/roles/edit/$name' });
  const role = useRead<Envelope<Readonly<Record<string, unknown>> | null>>(readRole(name));
  return <Loaded of={role}>{({ data }) => <EditRole key={name} name={name} role={data ?? {}} />}</Loaded>;
}

function EditRole({ name, role }: { readonly name: string; readonly role: Readonly<Record<string, unknown>> }) {
  const [draft, setDraft] = useState(() => roleDraft(role));
  const [asked, setAsked] = useState(false);
  const { path } = deleteRole(name);
  const may = useMay(path);
  return (
    <>
      <PageHead title={name} note={NOTE}>
        <AsCommand request={writeRole(name, roleBody(draft))} />
        {may(path, 'delete') && (
          <Button kind="danger" onClick={() => setAsked(true)}>
            Delete…
          </Button>
        )}
      </PageHead>
      <RoleForm name={name} draft={draft} verb="Save">
        <RoleFields draft={draft} onChange={setDraft} />
      </RoleForm>
      {asked && <DeleteRoleDialog name={name} onClose={() => setAsked(false)} />}
    </>
  );
}

interface RoleFormProps {
  readonly name: string;
  readonly draft: RoleDraft;
  readonly verb: string;
  readonly children: React.ReactNode;
}

function RoleForm({ name, draft, verb, children }: RoleFormProps) {
  const navigate = useNavigate();
  const back = (): void => void navigate({ to: '/vault/access/tokens/roles' });
  const write = useWrite(() => {
    flash(`The token role ${name} is saved.`);
    back();
  });
  return (
    <Card title="The role">
      <Form onSend={() => write.mutate(writeRole(name, roleBody(draft)))}>
        {children}
        <Failure of={write.error} />
        <div className={styles.actions}>
          <Button type="submit" kind="primary" busy={write.isPending}>
            {verb}
          </Button>
          <Button onClick={back}>Cancel</Button>
        </div>
      </Form>
    </Card>
  );
}
