import { BeakerIcon, DownloadIcon, PencilIcon } from '@primer/octicons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { CodeEditor } from '../../ui/CodeEditor';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { download } from '../../ui/download';
import { flash } from '../../ui/flashes';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { type PolicyAnswer, textIn } from './calls';
import { ExampleCard } from './ExampleCard';
import { deleteRequest, isFixed, type Kind, KINDS, mayBeDeleted, policyPath, readRequest } from './kinds';
import styles from './policies.module.css';
import { RulesTable } from './RulesTable';
import { useKind, useName } from './useKind';

export function PolicyPage() {
  const [kind, name] = [useKind(), useName()];
  const request = readRequest(kind, name);
  const policy = useRead<PolicyAnswer>(request);
  return (
    <>
      <PageHead title={name} note={KINDS[kind].one}>
        <AsCommand request={request} />
        {policy.data !== undefined && <Actions kind={kind} name={name} text={textIn(policy.data)} />}
      </PageHead>
      {kind === 'acl' && name === 'root' ? (
        <Alert kind="info" title="root may do everything">
          It has no text, and nobody changes or deletes it.
        </Alert>
      ) : (
        <Loaded of={policy} lines={12}>
          {(answer) => <Content kind={kind} name={name} text={textIn(answer)} />}
        </Loaded>
      )}
    </>
  );
}

interface PolicyProps {
  readonly kind: Kind;
  readonly name: string;
  readonly text: string;
}

function Actions({ kind, name, text }: PolicyProps) {
  const path = policyPath(kind, name);
  const may = useMay(path);
  const [isDoomed, setDoomed] = useState(false);
  return (
    <>
      {text !== '' && (
        <Button icon={<DownloadIcon />} onClick={() => download(text, `${name.replaceAll('/', '-')}.hcl`)}>
          Download
        </Button>
      )}
      {kind === 'acl' && (
        <ButtonLink to="/vault/policies/test" search={{ policy: name }} icon={<BeakerIcon />}>
          Test
        </ButtonLink>
      )}
      {mayBeDeleted(kind, name) && may(path, 'delete') && (
        <Button kind="danger" onClick={() => setDoomed(true)}>
          Delete…
        </Button>
      )}
      {!isFixed(kind, name) && may(path, 'update') && (
        <ButtonLink
          to="/vault/policies/$kind/$name/edit"
          params={{ kind, name }}
          kind="primary"
          icon={<PencilIcon />}
          preload={false}
        >
          Edit
        </ButtonLink>
      )}
      {isDoomed && <DeleteDialog kind={kind} name={name} onClose={() => setDoomed(false)} />}
    </>
  );
}

function Content({ kind, name, text }: PolicyProps) {
  const { line } = useSearch({ strict: false }) as { line?: number };
  const place = useMemo(() => (line === undefined ? undefined : { line }), [line]);
  const read = useMemo(() => KINDS[kind].read(text), [kind, text]);
  return (
    <div className={styles.sides}>
      <Card title="Policy">
        <CodeEditor label="Policy" language="hcl" value={text} problems={read.problems} place={place} />
      </Card>
      {kind === 'acl' ? (
        <Card title="Rules">
          <RulesTable {...read} />
        </Card>
      ) : (
        <ExampleCard name={name} />
      )}
    </div>
  );
}

interface DeleteProps {
  readonly kind: Kind;
  readonly name: string;
  readonly onClose: () => void;
}

const LOSS: Readonly<Record<Kind, string>> = {
  acl: 'Whoever has this policy loses at once what it grants, and is no longer denied what it denies. Tokens and users keep its name: a new policy of this name would count for them.',
  password: 'What generates passwords by this policy fails from now on, until it is told another one.',
};

function DeleteDialog({ kind, name, onClose }: DeleteProps) {
  const navigate = useNavigate();
  const remove = useWrite(() => {
    flash(`The policy ${name} is deleted.`);
    void navigate({ to: '/vault/policies/$kind', params: { kind } });
  });
  const change = { ...remove, mutate: () => remove.mutate(deleteRequest(kind, name)) };
  return (
    <ConfirmDialog title={`Delete the policy ${name}?`} verb="Delete" change={change} onClose={onClose}>
      <p>{LOSS[kind]}</p>
      <p>Its text is lost. Download it first if you may need it.</p>
    </ConfirmDialog>
  );
}
