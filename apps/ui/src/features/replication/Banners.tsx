import type { PrimaryStatus, RefusedMessages, SecondaryStatus } from '@tidelock/api-answers';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Alert } from '../../ui/Alert';
import styles from './Banners.module.css';
import { Button } from '../../ui/Button';
import { bytesOf, countOf, durationOf, momentOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { Progress } from '../../ui/Progress';
import { useNow } from '../../ui/useNow';
import { CopyProgress } from './CopyProgress';
import { RecoverDialog, ReindexDialog, SkipDialog } from './RepairDialogs';

/** What a person has to know of a cluster, each with what it means and what to do. */
export const Banners = ({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) => (
  <>
    <Damage status={status} />
    {status.reindex_in_progress && <Reindexing status={status} />}
    {status.mode === 'primary' ? <PrimaryBanners status={status} /> : <SecondaryBanners status={status} />}
    <Refused refused={status.mode === 'primary' ? status.stream?.refused : status.refused} />
  </>
);

function PrimaryBanners({ status: { stream, journal } }: { readonly status: PrimaryStatus }) {
  return (
    <>
      {stream?.brokerUp === false && (
        <Alert kind="warn" title="Kafka does not take messages.">
          <p>
            Everything is served as before. {mutations(stream.pendingRows)} here ({bytesOf(journal.pending_bytes)}), and
            the secondaries get them by themselves once it is back.
          </p>
          <Cause>{stream.lastError}</Cause>
        </Alert>
      )}
      {journal.warning !== undefined && (
        <Alert kind="warn" title="The journal outgrows its budget.">
          <p>{journal.warning}</p>
        </Alert>
      )}
    </>
  );
}

const mutations = (count: number): string => (count === 1 ? 'One mutation waits' : `${countOf(count)} mutations wait`);

const Cause = ({ children }: { readonly children: string | undefined }) =>
  children === undefined ? null : <p className={styles.cause}>{children}</p>;

function SecondaryBanners({ status }: { readonly status: SecondaryStatus }) {
  const { known_difference: difference, last_error: applyError, stream, connection_state: connection } = status;
  return (
    <>
      {(status.state === 'merkle-diff' || status.state === 'merkle-sync') && (
        <Alert kind="info" title="Syncing in progress">
          <p>This cluster answers meanwhile; what it answers may be older than on the primary.</p>
          <CopyProgress of={status.sync_progress} />
        </Alert>
      )}
      <Poison poison={status.poison} />
      {applyError !== undefined && (
        <Alert kind="bad" title="The stream cannot be applied; it is tried again.">
          <p>This cluster goes on to answer with what it has. Remove the cause: it needs nothing else.</p>
          <Cause>{applyError}</Cause>
        </Alert>
      )}
      {difference && (
        <Alert
          kind="warn"
          title={`${difference.records === 1 ? 'One record differs' : `${countOf(difference.records)} records differ`} from the primary's, and cannot be fetched.`}
        >
          <p>Readers get what is here. It ends by itself once the primary can give them: look for damage there.</p>
          <Cause>{difference.reason}</Cause>
        </Alert>
      )}
      {healthOf(connection) === 'down' && (
        <Alert kind="warn" title="The primary does not answer.">
          <p>
            Reads are answered here, and may be old. Writes that belong to the primary are refused until it is back; it
            is called again by itself.
          </p>
        </Alert>
      )}
      {stream?.brokerUp === false && (
        <Alert kind="warn" title="Kafka cannot be read; it is tried again.">
          <p>Reads are answered as before. Nothing new comes until it is back.</p>
          <Cause>{stream.lastError}</Cause>
        </Alert>
      )}
    </>
  );
}

function Poison({ poison }: { readonly poison: SecondaryStatus['poison'] }) {
  const [open, setOpen] = useState<'recover' | 'skip'>();
  if (poison === undefined) return null;
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Alert kind="bad" title={`The mutation ${countOf(poison.index)} cannot be applied: the stream stands still.`}>
        <Cause>{poison.reason}</Cause>
        <p>
          This cluster answers with what it has; the others go on. Remove the cause and recover, or skip it: then this
          cluster lacks what was in it until the next comparison.
        </p>
        <Actions>
          <Button onClick={() => setOpen('recover')}>Recover…</Button>
          <Button onClick={() => setOpen('skip')}>Skip mutation…</Button>
        </Actions>
      </Alert>
      {open === 'recover' && <RecoverDialog onClose={close} />}
      {open === 'skip' && <SkipDialog {...poison} onClose={close} />}
    </>
  );
}

const Actions = ({ children }: { readonly children: ReactNode }) => <div className={styles.actions}>{children}</div>;

function Damage({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) {
  const { corrupted_merkle_tree: corrupted, quarantined = 0 } = status;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {corrupted && (
        <Alert kind="bad" title="Damaged records were found.">
          <p>
            They are not served, and are put back from the other clusters of the set. Where this stays, the index tree
            itself is damaged: build it again.
          </p>
          <Actions>
            <Button onClick={() => setOpen(true)}>Reindex…</Button>
          </Actions>
        </Alert>
      )}
      {isOpen && <ReindexDialog isPrimary={status.mode === 'primary'} onClose={() => setOpen(false)} />}
      {quarantined > 0 && (
        <Alert
          kind="warn"
          title={`${quarantined === 1 ? 'One mutation is' : `${countOf(quarantined)} mutations are`} kept aside here.`}
        >
          <p>
            They were made after another primary had begun.{' '}
            <Link to="/vault/replication/performance/quarantine">Look at them</Link>, and have them made again there or
            discard them.
          </p>
        </Alert>
      )}
      {'fenced' in status && (
        <Alert kind="info" title="What to do with a former primary">
          <p>
            It follows nobody until it is given a token of the present primary, by “Update primary”; it needs no wipe.
            What was kept aside is then made again there, or discarded.
          </p>
          <Actions>
            <Link to="/vault/replication/performance/manage">Update primary</Link>
          </Actions>
        </Alert>
      )}
    </>
  );
}

function Reindexing({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) {
  const { reindex_stage: stage = '', reindex_building_progress: done = 0, reindex_building_total: total = 0 } = status;
  const word = stage === '' ? '' : `: ${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
  return (
    <Alert kind="info" title={`Re-indexing in progress${word}`}>
      <p>It may take long. This cluster answers meanwhile.</p>
      {done > 0 && total > 0 && (
        <Progress label={`${countOf(done)} of ${countOf(total)} records`} done={done} total={total} />
      )}
    </Alert>
  );
}

function Refused({ refused }: { readonly refused: RefusedMessages | undefined }) {
  const now = useNow();
  if (refused === undefined || refused.total === 0) return null;
  const { total, reasons, last } = refused;
  const words = Object.entries(reasons).map(([reason, count]) => `${reason} (${countOf(count)})`);
  const at = Date.parse(last?.at ?? '');
  const age = Number.isNaN(at) ? '' : `; the last one ${durationOf(Math.max(0, now - at))} ago, ${momentOf(at)}`;
  return (
    <Alert
      kind="warn"
      title={`${total === 1 ? 'A message of the stream was refused, and had' : `${countOf(total)} messages of the stream were refused, and had`} no effect.`}
    >
      <p>
        {words.join(', ')}
        {age}.
      </p>
      <p>
        Somebody who is not the primary writes to the topic, or an old message came again. Look who may write at the
        broker.
      </p>
    </Alert>
  );
}
