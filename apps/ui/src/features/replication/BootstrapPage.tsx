import { CheckCircleFillIcon, CircleIcon, SyncIcon } from '@primer/octicons-react';
import type { SecondaryStatus } from '@tidelock/api-answers';
import type { ReactNode } from 'react';
import { Alert } from '../../ui/Alert';
import styles from './BootstrapPage.module.css';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { CopyProgress } from './CopyProgress';

type StepState = 'done' | 'now' | 'next';

const ICONS = { done: CheckCircleFillIcon, now: SyncIcon, next: CircleIcon } as const;
const WORDS = { done: 'done', now: 'in progress', next: 'to come' } as const;

/** In place of the details while a cluster takes its first copy. */
export function BootstrapPage({ status }: { readonly status: SecondaryStatus }) {
  const { state, sync_progress: progress, connection_state: connection, last_error: fault } = status;
  const isCopied = state === 'stream-wals';
  return (
    <>
      <Card title="Joining the replication set">
        <ol className={styles.steps}>
          <Step state="done" title="Activation token accepted">
            <p>The primary knows this cluster as {status.secondary_id}.</p>
          </Step>
          <Step state={isCopied ? 'done' : 'now'} title="First copy">
            <p>Everything that the primary shares with it is fetched.</p>
            {progress === undefined ? (
              !isCopied && <p>Counting what is to be copied…</p>
            ) : (
              <CopyProgress of={progress} />
            )}
          </Step>
          <Step state={isCopied ? 'now' : 'next'} title="Following the stream">
            <p>What was written meanwhile is applied; then this cluster is in service.</p>
          </Step>
        </ol>
        {fault !== undefined && (
          <Alert kind="bad" title="A step failed; it is tried again.">
            {fault}
          </Alert>
        )}
        <p className={styles.note}>
          It goes on when this page is left. To stop it, disable replication under “Manage”.
        </p>
      </Card>
      <Card title="Facts">
        <Facts
          rows={[
            ['state', state],
            ['connection_state', connection],
            ['Replication set', status.cluster_id, 'code'],
          ]}
        />
      </Card>
    </>
  );
}

function Step({
  state,
  title,
  children,
}: {
  readonly state: StepState;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const Icon = ICONS[state];
  return (
    <li data-state={state} {...(state === 'now' && { 'aria-current': 'step' as const })}>
      <Icon size={20} />
      <div>
        <p>
          <strong>{title}</strong> <span>{WORDS[state]}</span>
        </p>
        <div>{children}</div>
      </div>
    </li>
  );
}
