import { PencilIcon } from '@primer/octicons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/errors';
import { useMay } from '../../session/may';
import { AsCommand } from '../../ui/AsCommand';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { CopyButton } from '../../ui/CopyButton';
import { SelectField } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { useKey } from '../../ui/keys';
import { type KvMount, pathOf, readSecret } from './calls';
import { ChangeVersions } from './ChangeVersions';
import { CopySecret } from './CopySecret';
import { textOf } from '../../api/exact-json';
import styles from './kv.module.css';
import { Moment } from './Moment';
import { LIST, SHOW } from './place';
import { type Secret, useMetadata, useSecret } from './secret';
import { SecretHead } from './SecretHead';
import { SecretRows } from './SecretRows';
import { useRevealed } from './useRevealed';
import { versionsIn } from './versions';
import { WithMount } from './WithMount';

export function ShowPage() {
  const { version } = useSearch({ strict: false });
  return (
    <WithMount>
      {(mount, name) => (
        <SecretPage key={`${mount.path}:${name}:${version}`} mount={mount} name={name} version={version} />
      )}
    </WithMount>
  );
}

interface SecretProps {
  readonly mount: KvMount;
  readonly name: string;
  /** Absent: the latest. */
  readonly version?: number | undefined;
}

function SecretPage({ mount, name, version }: SecretProps) {
  const secret = useSecret(mount, name, version);
  const dataPath = pathOf(mount, 'data', name);
  const may = useMay(dataPath);
  const mayWrite = may(dataPath, 'update') || may(dataPath, 'create');
  const isMissing = secret.error instanceof ApiError && secret.error.status === 404;
  return (
    <>
      <SecretHead mount={mount} name={name} note={mount.version === 2 && <VersionNote secret={secret.data} />}>
        {secret.data && <ReadActions mount={mount} name={name} secret={secret.data} version={version} />}
        {mayWrite && !isMissing && <EditLink mount={mount} name={name} />}
      </SecretHead>
      <VersionChoice mount={mount} name={name} version={secret.data?.version ?? version} />
      {isMissing ? (
        <Missing mount={mount} name={name} mayWrite={mayWrite} />
      ) : (
        <Loaded of={secret}>{(found) => (found.data ? <Content secret={found} /> : <Gone secret={found} />)}</Loaded>
      )}
    </>
  );
}

function ReadActions({ mount, name, version, secret }: SecretProps & { readonly secret: Secret }) {
  return (
    <>
      {secret.data && <CopySecret mount={mount} name={name} secret={secret} version={version} />}
      <AsCommand request={readSecret(mount, name, version)} />
      <ChangeVersions mount={mount} name={name} secret={secret} isLatest={version === undefined} />
    </>
  );
}

function EditLink({ mount, name }: SecretProps) {
  const navigate = useNavigate();
  const edit = { to: '/vault/secrets/$mount/kv/edit/$', params: { mount: mount.path, _splat: name } } as const;
  useKey('e', () => void navigate(edit));
  return (
    <ButtonLink kind="primary" icon={<PencilIcon />} {...edit} preload={false}>
      {mount.version === 1 ? 'Edit secret' : 'Create new version'}
    </ButtonLink>
  );
}

const VersionNote = ({ secret }: { readonly secret: Secret | undefined }) =>
  secret === undefined ? null : (
    <>
      Version {secret.version}, created <Moment at={secret.facts.created_time} />
    </>
  );

/** Nothing where the versions may not be read: the one that is shown can be read all the same. */
function VersionChoice({ mount, name, version }: SecretProps) {
  const metadata = useMetadata(mount, name);
  const navigate = useNavigate();
  const versions = versionsIn(metadata.data?.data ?? {}, metadata.dataUpdatedAt);
  if (versions.length === 0) return null;
  const choose = (chosen: string): void =>
    void navigate({
      to: SHOW,
      params: { mount: mount.path, _splat: name },
      search: Number(chosen) === versions[0]?.number ? {} : { version: Number(chosen) },
    });
  return (
    <div className={styles.version}>
      <SelectField label="Version" value={String(version)} onText={choose}>
        {versions.map(({ number, state }, index) => (
          <option key={number} value={number}>
            {`v${number}${index === 0 ? ' (latest)' : ''}${state === 'available' ? '' : `, ${state}`}`}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

const AS_JSON = 'as JSON';

function Content({ secret: { data = {} } }: { readonly secret: Secret }) {
  const revealed = useRevealed();
  const [isJson, setJson] = useState(false);
  const keys = Object.keys(data);
  const allShown = keys.length > 0 && keys.every((key) => revealed.isShown(key));
  const text = textOf(data);
  const turn = (): void => {
    setJson(!isJson);
    revealed.showOnly(isJson ? [] : [AS_JSON]);
  };
  return (
    <Card
      title="Secret data"
      aside={
        <div className={styles.buttons}>
          {!isJson && keys.length > 1 && (
            <Button onClick={() => revealed.showOnly(allShown ? [] : keys)}>
              {allShown ? 'Hide all' : 'Show all'}
            </Button>
          )}
          {isJson && !revealed.isShown(AS_JSON) && (
            <Button onClick={() => revealed.showOnly([AS_JSON])}>Show again</Button>
          )}
          <Button aria-pressed={isJson} onClick={turn}>
            JSON
          </Button>
        </div>
      }
    >
      {isJson ? (
        <div className={styles.json}>
          <pre tabIndex={0} role="region" aria-label="Secret as JSON">
            {revealed.isShown(AS_JSON) ? text : 'Hidden after a minute.'}
          </pre>
          <CopyButton text={text} of="the JSON" />
        </div>
      ) : (
        <SecretRows data={data} revealed={revealed} />
      )}
    </Card>
  );
}

function Gone({ secret: { version, facts } }: { readonly secret: Secret }) {
  const isDestroyed = facts.destroyed === true;
  return (
    <Alert
      kind={isDestroyed ? 'warn' : 'info'}
      title={`Version ${version} is ${isDestroyed ? 'destroyed' : 'deleted'}.`}
    >
      {isDestroyed ? (
        'Its data is gone for good. Other versions are as they were.'
      ) : (
        <p>
          It was deleted on <Moment at={facts.deletion_time} />. Its data is kept until it is destroyed, and can be
          undeleted.
        </p>
      )}
    </Alert>
  );
}

function Missing({ mount, name, mayWrite }: SecretProps & { readonly mayWrite: boolean }) {
  const params = { mount: mount.path, _splat: name };
  return (
    <Card title="There is no such secret">
      <p>
        Nothing is at{' '}
        <code>
          {mount.path}/{name}
        </code>
        . It may be the name of a folder, or all of it was deleted.
      </p>
      <div className={styles.buttons}>
        {mayWrite && (
          <ButtonLink kind="primary" to="/vault/secrets/$mount/kv/edit/$" params={params}>
            Create this secret
          </ButtonLink>
        )}
        <ButtonLink to={LIST} params={params}>
          Look for a folder of this name
        </ButtonLink>
      </div>
    </Card>
  );
}
