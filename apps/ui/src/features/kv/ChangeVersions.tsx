import { useState } from 'react';
import { useMay } from '../../session/may';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Failure } from '../../ui/Failure';
import { flash } from '../../ui/flashes';
import { changeVersions, deleteLatest, type KvMount, pathOf, type VersionsAction } from './calls';
import { folderOf, useGoTo } from './place';
import type { Secret } from './secret';
import { GoesToPrimary } from './SecretHead';

interface ChangeProps {
  readonly mount: KvMount;
  readonly name: string;
}

/** What can be done with the version that is shown. */
export function ChangeVersions({ mount, name, secret }: ChangeProps & { readonly secret: Secret }) {
  return mount.version === 1 ? (
    <DeleteUnversioned mount={mount} name={name} />
  ) : (
    <VersionButtons
      mount={mount}
      name={name}
      available={secret.data ? [secret.version] : []}
      deleted={secret.data || secret.facts.destroyed ? [] : [secret.version]}
    />
  );
}

interface ButtonsProps extends ChangeProps {
  /** Versions that can be deleted. */
  readonly available: readonly number[];
  /** Versions that can be undeleted. */
  readonly deleted: readonly number[];
  readonly onDone?: () => void;
}

/** Buttons for the versions that are meant; none where there is nothing to do, or the token may not. */
export function VersionButtons({ mount, name, available, deleted, onDone }: ButtonsProps) {
  const [asked, setAsked] = useState<VersionsAction>();
  const paths = { delete: pathOf(mount, 'delete', name), undelete: pathOf(mount, 'undelete', name) };
  const destroyPath = pathOf(mount, 'destroy', name);
  const may = useMay(paths.delete, paths.undelete, destroyPath);
  const versions = { delete: available, undelete: deleted, destroy: [...available, ...deleted].sort((a, b) => a - b) };
  const undelete = useWrite(() => {
    flash(`${namesOf(deleted)} of ${name} ${deleted.length === 1 ? 'is' : 'are'} back.`);
    onDone?.();
  });
  return (
    <>
      {deleted.length > 0 && may(paths.undelete, 'update') && (
        <Button
          busy={undelete.isPending}
          onClick={() => undelete.mutate(changeVersions(mount, name, 'undelete', deleted))}
        >
          Undelete
        </Button>
      )}
      {available.length > 0 && may(paths.delete, 'update') && (
        <Button kind="danger" onClick={() => setAsked('delete')}>
          Delete…
        </Button>
      )}
      {versions.destroy.length > 0 && may(destroyPath, 'update') && (
        <Button kind="danger" onClick={() => setAsked('destroy')}>
          Destroy…
        </Button>
      )}
      <Failure of={undelete.error} />
      {asked !== undefined && (
        <VersionsDialog
          mount={mount}
          name={name}
          action={asked}
          versions={versions[asked]}
          onDone={() => onDone?.()}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

const WORDS = {
  delete: {
    verb: 'Delete',
    done: 'deleted',
    text: 'No reader gets this data any more. It is kept: undelete brings it back, until it is destroyed.',
  },
  undelete: { verb: 'Undelete', done: 'undeleted', text: '' },
  destroy: { verb: 'Destroy', done: 'destroyed', text: 'This data is removed for good. Nothing brings it back.' },
} as const;

interface VersionsDialogProps extends ChangeProps {
  readonly action: VersionsAction;
  readonly versions: readonly number[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function VersionsDialog({ mount, name, action, versions, onDone, onClose }: VersionsDialogProps) {
  const { verb, done, text } = WORDS[action];
  const request = changeVersions(mount, name, action, versions);
  const change = useWrite(() => {
    flash(`${namesOf(versions)} of ${name} ${versions.length === 1 ? 'is' : 'are'} ${done}.`);
    onClose();
    onDone();
  });
  return (
    <ConfirmDialog
      title={`${verb} ${namesOf(versions).toLowerCase()} of ${name}?`}
      verb={verb}
      change={{ ...change, mutate: () => change.mutate(request) }}
      onClose={onClose}
    >
      <p>{text}</p>
      <GoesToPrimary mount={mount} />
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}

/** Without versions there is nothing to come back to. */
function DeleteUnversioned({ mount, name }: ChangeProps) {
  const [asked, setAsked] = useState(false);
  const goTo = useGoTo(mount.path);
  const request = deleteLatest(mount, name);
  const may = useMay(request.path);
  const remove = useWrite(() => {
    flash(`${mount.path}/${name} is deleted.`);
    void goTo(`${folderOf(name)}/`);
  });
  return (
    <>
      {may(request.path, 'delete') && (
        <Button kind="danger" onClick={() => setAsked(true)}>
          Delete…
        </Button>
      )}
      {asked && (
        <ConfirmDialog
          title={`Delete ${mount.path}/${name}?`}
          verb="Delete"
          change={{ ...remove, mutate: () => remove.mutate(request) }}
          onClose={() => setAsked(false)}
        >
          <p>This engine keeps no versions: the secret is removed for good.</p>
          <GoesToPrimary mount={mount} />
          <div>
            <AsCommand request={request} />
          </div>
        </ConfirmDialog>
      )}
    </>
  );
}

/** `Version 3`, `Versions 3, 4`. */
const namesOf = (versions: readonly number[]): string =>
  `${versions.length === 1 ? 'Version' : 'Versions'} ${versions.join(', ')}`;
