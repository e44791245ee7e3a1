import { useState } from 'react';
import { useMay } from '../../session/may';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { type Fact, Facts } from '../../ui/Facts';
import { flash } from '../../ui/flashes';
import { Loaded } from '../../ui/Loaded';
import { deleteMetadata, type KvMount, readMetadata } from './calls';
import styles from './kv.module.css';
import { MetadataForm } from './MetadataForm';
import { Moment } from './Moment';
import { folderOf, useGoTo } from './place';
import { type Metadata, useMetadata } from './secret';
import { GoesToPrimary, SecretHead } from './SecretHead';
import { WithMount } from './WithMount';

export function MetadataPage() {
  return <WithMount>{(mount, name) => <Page key={`${mount.path}:${name}`} mount={mount} name={name} />}</WithMount>;
}

interface PageProps {
  readonly mount: KvMount;
  readonly name: string;
}

function Page({ mount, name }: PageProps) {
  const metadata = useMetadata(mount, name);
  const { path } = readMetadata(mount, name);
  const may = useMay(path);
  const [isEdited, setEdited] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const mayDelete = metadata.data !== undefined && may(path, 'delete');
  return (
    <>
      <SecretHead mount={mount} name={name} note="What is kept beside the secret, for all its versions.">
        <AsCommand request={readMetadata(mount, name)} />
        {mayDelete && (
          <Button kind="danger" onClick={() => setAsked(true)}>
            Delete all versions…
          </Button>
        )}
        {metadata.data !== undefined && may(path, 'update') && !isEdited && (
          <Button kind="primary" onClick={() => setEdited(true)}>
            Edit metadata
          </Button>
        )}
      </SecretHead>
      <Loaded of={metadata}>
        {({ data }) =>
          isEdited ? (
            <MetadataForm mount={mount} name={name} metadata={data} onClose={() => setEdited(false)} />
          ) : (
            <Shown metadata={data} />
          )
        }
      </Loaded>
      {isAsked && <DeleteAll mount={mount} name={name} onClose={() => setAsked(false)} />}
    </>
  );
}

function Shown({ metadata }: { readonly metadata: Metadata }) {
  const custom = Object.entries(metadata.custom_metadata ?? {});
  const { max_versions: max = 0, delete_version_after: after = '0s' } = metadata;
  const settings: Fact[] = [
    ['Maximum number of versions', max === 0 ? 'as the engine says' : String(max)],
    ['Check and Set', metadata.cas_required ? 'required for every write' : 'as the engine says'],
    ['Delete versions after', after === '0s' ? 'as the engine says' : after],
    ['Current version', String(metadata.current_version ?? '–')],
    ['Oldest version', String(metadata.oldest_version ?? '–')],
    ['Created', <Moment key="created" at={metadata.created_time} />],
    ['Updated', <Moment key="updated" at={metadata.updated_time} />],
  ];
  return (
    <div className={styles.cards}>
      <Card title="Custom metadata">
        {custom.length === 0 ? (
          <p>None. Texts such as an owner or a ticket can be kept here; they are readable without the secret.</p>
        ) : (
          <Facts rows={custom.map(([key, value]) => [key, String(value)])} />
        )}
      </Card>
      <Card title="Secret metadata">
        <Facts rows={settings} />
      </Card>
    </div>
  );
}

function DeleteAll({ mount, name, onClose }: PageProps & { readonly onClose: () => void }) {
  const goTo = useGoTo(mount.path);
  const request = deleteMetadata(mount, name);
  const remove = useWrite(() => {
    flash(`${mount.path}/${name} is deleted with all its versions.`);
    void goTo(`${folderOf(name)}/`);
  });
  return (
    <ConfirmDialog
      title={`Delete all of ${mount.path}/${name}?`}
      verb="Delete"
      change={{ ...remove, mutate: () => remove.mutate(request) }}
      onClose={onClose}
    >
      <p>Every version and the metadata are removed for good. Nothing brings them back.</p>
      <GoesToPrimary mount={mount} />
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
