import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { type ReactNode, useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { Card } from '../../ui/Card';
import { demote, disable, MERKLE_CHECK } from './calls';
import { ChangeDialog } from './ChangeDialog';
import { PromoteDialog } from './PromoteDialog';
import { RecoverDialog, ReindexDialog, SkipDialog } from './RepairDialogs';
import styles from './ManagePage.module.css';
import { UpdatePrimaryDialog } from './UpdatePrimaryDialog';
import { WhatWillHappen } from './WhatWillHappen';

type Status = PrimaryStatus | SecondaryStatus;

export function ManagePage() {
  const { replication } = useStatus({ watched: true });
  const [open, setOpen] = useState<ReactNode>(null);
  if (replication === undefined || replication.mode === 'disabled' || replication.mode === 'unsupported') return null;
  const close = (): void => setOpen(null);
  const show = (dialog: (onClose: () => void) => ReactNode): void => setOpen(dialog(close));
  return (
    <>
      <Card title="Care">
        <CareActions status={replication} show={show} />
      </Card>
      <Card title="Changes of the role" isBad>
        <RoleActions status={replication} show={show} />
      </Card>
      {open}
    </>
  );
}

interface ActionsProps {
  readonly status: Status;
  readonly show: (dialog: (onClose: () => void) => ReactNode) => void;
}

function CareActions({ status, show }: ActionsProps) {
  const poison = status.mode === 'primary' ? undefined : status.poison;
  return (
    <>
      <Action
        verb="Recover"
        text="Where replication stands still: it begins anew where it is."
        onClick={() => show((onClose) => <RecoverDialog onClose={onClose} />)}
      />
      <Action
        verb="Reindex"
        text="Builds the merkle tree again from what is stored. It may take long."
        onClick={() => show((onClose) => <ReindexDialog isPrimary={status.mode === 'primary'} onClose={onClose} />)}
      />
      <Action
        verb="Merkle check"
        text="Compares the merkle tree with what is stored, and repairs what is damaged."
        onClick={() => show((onClose) => <CheckDialog onClose={onClose} />)}
      />
      {poison && (
        <Action
          verb="Skip mutation"
          text={`Goes on without the mutation ${poison.index}, which cannot be applied.`}
          onClick={() => show((onClose) => <SkipDialog {...poison} onClose={onClose} />)}
        />
      )}
    </>
  );
}

function RoleActions({ status, show }: ActionsProps) {
  if (status.mode === 'primary')
    return (
      <>
        <Action
          verb="Demote cluster"
          text="Makes this primary a secondary that follows nobody until “Update primary” is used. It keeps the id of its set, and can come back without a wipe."
          onClick={() => show((onClose) => <DemoteDialog onClose={onClose} />)}
        />
        <Action
          verb="Disable replication"
          text="Secondaries cannot connect any more; to come back they are wiped. Enabling it anew gives a new set."
          onClick={() => show((onClose) => <DisableDialog role="primary" onClose={onClose} />)}
        />
      </>
    );
  return (
    <>
      <Action
        verb="Promote cluster"
        text="Makes this secondary the primary of its set. The other secondaries are then pointed to it."
        onClick={() => show((onClose) => <PromoteDialog onClose={onClose} />)}
      />
      <Action
        verb="Update primary"
        text="Has this secondary follow another primary of the same set, without a wipe."
        onClick={() => show((onClose) => <UpdatePrimaryDialog onClose={onClose} />)}
      />
      <Action
        verb="Disable replication"
        text="Leaves the set and keeps the data. Joining a set again wipes it."
        onClick={() => show((onClose) => <DisableDialog role="secondary" onClose={onClose} />)}
      />
    </>
  );
}

function Action({
  verb,
  text,
  onClick,
}: {
  readonly verb: string;
  readonly text: string;
  readonly onClick: () => void;
}) {
  return (
    <div className={styles.action}>
      <p>
        <strong>{verb}</strong>
        <span>{text}</span>
      </p>
      <Button onClick={onClick}>{verb}…</Button>
    </div>
  );
}

interface DialogProps {
  readonly onClose: () => void;
}

const CheckDialog = ({ onClose }: DialogProps) => (
  <ChangeDialog title="Begin a merkle check?" verb="Check" request={MERKLE_CHECK} onClose={onClose}>
    <p>Every record is read once. What is found damaged is fetched from another cluster of the set.</p>
  </ChangeDialog>
);

const DisableDialog = ({ role, onClose }: DialogProps & { readonly role: 'primary' | 'secondary' }) => (
  <ChangeDialog
    title="Disable Replication?"
    verb="Disable"
    typed="Performance"
    request={disable(role)}
    onClose={onClose}
  >
    <WhatWillHappen request={disable(role)} />
  </ChangeDialog>
);

function DemoteDialog({ onClose }: DialogProps) {
  const [force, setForce] = useState(false);
  return (
    <ChangeDialog
      title="Demote to secondary?"
      verb="Confirm"
      typed="Performance"
      request={demote(force)}
      onClose={onClose}
    >
      <WhatWillHappen request={demote(false)} />
      <Alert kind="info">It connects to nobody until “Update primary” is used, and keeps the id of its set.</Alert>
      <Checkbox checked={force} onCheck={setForce}>
        Demote although Kafka has not got everything
      </Checkbox>
    </ChangeDialog>
  );
}
