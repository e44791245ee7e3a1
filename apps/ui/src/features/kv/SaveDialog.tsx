import { useState } from 'react';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog } from '../../ui/Dialog';
import { Failure } from '../../ui/Failure';
import { Loaded } from '../../ui/Loaded';
import { type KvMount, writeSecret } from './calls';
import { differencesOf } from './differences';
import { DifferenceTable } from './DifferenceTable';
import type { SecretData } from './exact-json';
import styles from './kv.module.css';
import { type Base, Conflict, type useSave } from './save';
import { useSecret } from './secret';
import { GoesToPrimary } from './SecretHead';

interface SaveProps {
  readonly mount: KvMount;
  readonly name: string;
  readonly data: SecretData;
  readonly base: Base;
  readonly save: ReturnType<typeof useSave>;
  /** What was found there meanwhile is what the edit goes on from. */
  readonly onBase: (base: Base) => void;
  readonly onClose: () => void;
}

/** What will change, before it does; and what somebody else has changed meanwhile. */
export function SaveDialog(props: SaveProps) {
  return props.save.error instanceof Conflict ? <ConflictDialog {...props} /> : <ReviewDialog {...props} />;
}

function ReviewDialog({ mount, name, data, base, save, onClose }: SaveProps) {
  const [isShown, setShown] = useState(false);
  const differences = differencesOf(base.data, data).filter(({ word }) => word !== 'same');
  const isNew = base.version === 0;
  return (
    <Dialog
      title={isNew ? `Save ${mount.path}/${name}?` : `Save these changes of ${mount.path}/${name}?`}
      onClose={onClose}
      stays={save.isPending}
      actions={
        <>
          <Button disabled={save.isPending} onClick={onClose}>
            Go on editing
          </Button>
          <Button kind="primary" busy={save.isPending} onClick={() => save.mutate({ name, data, base })}>
            {mount.version === 2 && base.version !== undefined ? `Save as version ${base.version + 1}` : 'Save'}
          </Button>
        </>
      }
    >
      {base.version === undefined && (
        <p>You could not read what is there now. All of it is replaced by what you have entered.</p>
      )}
      {differences.length === 0 ? (
        <p>Nothing differs from what is stored.</p>
      ) : (
        <DifferenceTable
          caption="What will change"
          sides={['Before', 'After']}
          differences={differences}
          isShown={isShown}
        />
      )}
      <Checkbox checked={isShown} onCheck={setShown}>
        Show values
      </Checkbox>
      <GoesToPrimary mount={mount} />
      <div>
        <AsCommand request={writeSecret(mount, name, data, base.version)} />
      </div>
      <Failure of={save.error} />
    </Dialog>
  );
}

function ConflictDialog({ mount, name, data, save, onBase, onClose }: SaveProps) {
  const [isShown, setShown] = useState(false);
  const theirs = useSecret(mount, name);
  const found = theirs.data && { data: theirs.data.data ?? {}, version: theirs.data.version };
  const goOn = (): void => {
    if (found) onBase(found);
    save.reset();
    onClose();
  };
  return (
    <Dialog
      title={`Somebody else has saved ${name} meanwhile`}
      onClose={goOn}
      actions={
        <>
          <Button onClick={goOn}>Go on editing</Button>
          <Button
            kind="danger"
            disabled={found === undefined}
            onClick={() => found && save.mutate({ name, data, base: found })}
          >
            Save mine over it
          </Button>
        </>
      }
    >
      <p>
        Nothing of yours is lost, and nothing was saved. Left stands what is stored now, right what you have entered.
      </p>
      <Loaded of={theirs} lines={3}>
        {({ data: stored = {}, version }) => (
          <DifferenceTable
            caption="Theirs and yours"
            sides={[mount.version === 1 ? 'Theirs' : `Theirs, version ${version}`, 'Yours']}
            differences={differencesOf(stored, data)}
            isShown={isShown}
          />
        )}
      </Loaded>
      <div className={styles.buttons}>
        <Checkbox checked={isShown} onCheck={setShown}>
          Show values
        </Checkbox>
      </div>
    </Dialog>
  );
}
