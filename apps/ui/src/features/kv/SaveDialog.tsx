import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog } from '../../ui/Dialog';
import { Failure } from '../../ui/Failure';
import { Loaded } from '../../ui/Loaded';
import { type Base, baseOf } from './base';
import { type KvMount, writeSecret } from './calls';
import { withoutValues } from './commands';
import { differencesOf } from './differences';
import { DifferenceTable } from './DifferenceTable';
import type { SecretData } from '../../api/exact-json';
import styles from './kv.module.css';
import { Conflict, Unseen, type useSave } from './save';
import { useMetadata, useSecret } from './secret';
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

const UNSEEN: Base = { data: {}, isUnreadable: true };

function ReviewDialog({ mount, name, data, base: begun, save, onClose }: SaveProps) {
  const [isShown, setShown] = useState(false);
  // Whoever saves again has read the warning.
  const base = save.error instanceof Unseen ? UNSEEN : begun;
  const differences = differencesOf(base.data, data).filter(({ word }) => word !== 'same');
  return (
    <Dialog
      title={begun.version === 0 ? `Save ${mount.path}/${name}?` : `Save these changes of ${mount.path}/${name}?`}
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
      {base.isUnreadable && (
        <Alert kind="warn">You could not read what is there now. All of it is replaced by what you have entered.</Alert>
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
        <AsCommand request={writeSecret(mount, name, isShown ? data : withoutValues(data), base.version)} />
      </div>
      <Failure of={base === UNSEEN ? null : save.error} />
    </Dialog>
  );
}

function ConflictDialog({ mount, name, data, save, onBase, onClose }: SaveProps) {
  const secret = useSecret(mount, name);
  const metadata = useMetadata(mount, name);
  // What was read before the conflict is not what is stored now.
  const found = secret.isFetching || metadata.isFetching ? undefined : baseOf(secret, metadata);
  const goOn = (): void => {
    if (found) onBase(found);
    save.reset();
    onClose();
  };
  return (
    <Dialog
      title={`Somebody else has ${found?.version === 0 ? 'deleted' : 'saved'} ${name} meanwhile`}
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
      <Loaded of={{ data: found, error: found ? null : secret.error }} lines={3}>
        {(theirs) => <Theirs mount={mount} theirs={theirs} data={data} />}
      </Loaded>
    </Dialog>
  );
}

function Theirs({ mount, theirs, data }: Pick<SaveProps, 'mount' | 'data'> & { readonly theirs: Base }) {
  const [isShown, setShown] = useState(false);
  if (theirs.isUnreadable) return <Alert kind="warn">You may not read what is stored now.</Alert>;
  return (
    <>
      <DifferenceTable
        caption="Theirs and yours"
        sides={[theirsOf(mount, theirs), 'Yours']}
        differences={differencesOf(theirs.data, data)}
        isShown={isShown}
      />
      <div className={styles.buttons}>
        <Checkbox checked={isShown} onCheck={setShown}>
          Show values
        </Checkbox>
      </div>
    </>
  );
}

function theirsOf(mount: KvMount, { version }: Base): string {
  if (version === 0) return 'Theirs, deleted';
  return mount.version === 1 ? 'Theirs' : `Theirs, version ${version}`;
}
