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

interface ShownProps extends ChangeProps {
  readonly secret: Secret;
  /** It is shown because it is the latest. */
  readonly isLatest: boolean;
}

/** What can be done with the version that is shown. */
export function ChangeVersions({ mount, name, secret, isLatest }: ShownProps) {
  return mount.version === 1 ? (
    <DeleteUnversioned mount={mount} name={name} />
  ) : (
    <VersionButtons
      mount={mount}
      name={name}
      available={secret.data ? [secret.version] : []}
      deleted={secret.data || secret.facts.destroyed ? [] : [secret.version]}
      isLatest={isLatest}
    />
  );
}

interface ButtonsProps extends ChangeProps {
  /** Versions that can be deleted. */
  readonly available: readonly number[];
  /** Versions that can be undeleted. */
  readonly deleted: readonly number[];
  /** The version that is meant is the latest. */
  readonly isLatest?: boolean;
  readonly onDone?: () => void;
}

/** What is asked, as it was on the click: what is read while the dialog is open does not change what it does. */
interface Asked {
  readonly action: VersionsAction;
  readonly versions: readonly number[];
  /** Asked of the latest version, whatever its number. */
  readonly isLatest?: boolean;
}

/** Buttons for the versions that are meant; none where there is nothing to do, or the token may not. */
export function VersionButtons({ mount, name, available, deleted, isLatest = false, onDone }: ButtonsProps) {
  const [asked, setAsked] = useState<Asked>();
  const may = useMayChange(mount, name, isLatest);
  const all = [...available, ...deleted].sort((a, b) => a - b);
  const undelete = useWrite(() => {
    flash(`${namesOf(deleted)} of ${name} ${deleted.length === 1 ? 'is' : 'are'} back.`);
    onDone?.();
  });
  return (
    <>
      {deleted.length > 0 && may.undelete && (
        <Button
          busy={undelete.isPending}
          onClick={() => undelete.mutate(changeVersions(mount, name, 'undelete', deleted))}
        >
          Undelete
        </Button>
      )}
      {available.length > 0 && may.delete && (
        <Button
          kind="danger"
          onClick={() => setAsked({ action: 'delete', versions: available, isLatest: !may.deleteEach })}
        >
          Delete…
        </Button>
      )}
      {all.length > 0 && may.destroy && (
        <Button kind="danger" onClick={() => setAsked({ action: 'destroy', versions: all })}>
          Destroy…
        </Button>
      )}
      <Failure of={undelete.error} />
      {asked !== undefined && (
        <VersionsDialog
          mount={mount}
          name={name}
          asked={asked}
          onDone={() => onDone?.()}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** Whoever may `delete` the data itself, and no version of it by its number, deletes the latest. */
function useMayChange(mount: KvMount, name: string, isLatest: boolean) {
  const at = (area: Parameters<typeof pathOf>[1]) => pathOf(mount, area, name);
  const may = useMay(at('delete'), at('undelete'), at('destroy'), at('data'));
  const deleteEach = may(at('delete'), 'update');
  return {
    deleteEach,
    delete: deleteEach || (isLatest && may(at('data'), 'delete')),
    undelete: may(at('undelete'), 'update'),
    destroy: may(at('destroy'), 'update'),
  };
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
  readonly asked: Asked;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function VersionsDialog({ mount, name, asked, onDone, onClose }: VersionsDialogProps) {
  const { action, versions, isLatest } = asked;
  const { verb, done, text } = WORDS[action];
  const request = isLatest ? deleteLatest(mount, name) : changeVersions(mount, name, action, versions);
  const names = isLatest ? 'The latest version' : namesOf(versions);
  const change = useWrite(() => {
    flash(`${names} of ${name} ${versions.length === 1 ? 'is' : 'are'} ${done}.`);
    onClose();
    onDone();
  });
  return (
    <ConfirmDialog
      title={`${verb} ${names.toLowerCase()} of ${name}?`}
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
