import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { QuarantinePreview } from '@tidelock/api-answers';
import { type Envelope, send } from '../../api/send';
import type { ApiRequest } from '../../api/request';
import { useStatus } from '../../cluster/queries';
import { useToken } from '../../session/useToken';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash, flashWarnings } from '../../ui/flashes';
import { countOf } from '../../ui/format';
import { changeQuarantine } from './calls';
import { mutationsOf } from './quarantine';
import styles from './QuarantinePage.module.css';
import { WhatWillHappen } from './WhatWillHappen';

interface DialogProps {
  readonly indexes: readonly number[] | 'all';
  readonly onClose: () => void;
}

const PATHS_SHOWN = 50;

export function DiscardDialog({ indexes, onClose }: DialogProps) {
  const request = changeQuarantine('discard', indexes);
  const change = useQuarantineChange(request, 'Discarded.', onClose);
  return (
    <ConfirmDialog title={`Discard ${nameOf(indexes)}?`} verb="Discard" change={change} onClose={onClose}>
      <WhatWillHappen<QuarantinePreview> request={request} more={(preview) => <Listed preview={preview} />} />
      <p>There is no way back: no other cluster has them.</p>
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}

/** On a former primary the present one has to allow it first. */
export function ReapplyDialog({ indexes, isFenced, onClose }: DialogProps & { readonly isFenced: boolean }) {
  const request = changeQuarantine('reapply', indexes);
  const change = useQuarantineChange(request, 'Written anew.', onClose);
  return (
    <ConfirmDialog
      title={`Reapply ${nameOf(indexes)}?`}
      verb="Reapply"
      isReady={!isFenced}
      change={change}
      onClose={onClose}
    >
      <WhatWillHappen<QuarantinePreview> request={request} more={(preview) => <Listed preview={preview} />} />
      {isFenced ? (
        <Alert kind="warn" title="This cluster follows no primary.">
          <p>
            Give it the present one first, under <Link to="/vault/replication/performance/manage">Manage</Link>, “Update
            primary”.
          </p>
        </Alert>
      ) : (
        <Permission />
      )}
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}

function Permission() {
  const { replication } = useStatus();
  if (replication?.mode !== 'secondary') return null;
  return (
    <Alert kind="info" title="The primary has to allow it, each time.">
      <p>
        There, under Performance → Secondaries, choose “Allow reapply…” and <strong>{replication.secondary_id}</strong>.
      </p>
    </Alert>
  );
}

function Listed({ preview: { mutations = [], refused = [] } }: { readonly preview: QuarantinePreview }) {
  const more = mutations.length - PATHS_SHOWN;
  return (
    <>
      <ul className={styles.listed} tabIndex={0} aria-label="Which ones">
        {mutations.slice(0, PATHS_SHOWN).map(({ index, epoch, path }) => (
          <li key={`${epoch}/${index}`}>
            {countOf(index)} <code>{path}</code>
          </li>
        ))}
        {more > 0 && <li>and {mutationsOf(more)} more</li>}
      </ul>
      {refused.length > 0 && (
        <Alert kind="bad" title={`${mutationsOf(refused.length)} can only be discarded.`}>
          {refused.slice(0, PATHS_SHOWN).map(({ index, reason }) => (
            <p key={index}>{reason}</p>
          ))}
        </Alert>
      )}
    </>
  );
}

const nameOf = (indexes: DialogProps['indexes']): string =>
  indexes === 'all' ? 'all of it' : mutationsOf(indexes.length);

/** What failed half-way has changed the list, too. */
function useQuarantineChange(request: ApiRequest, done: string, onClose: () => void) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send<Envelope<null> | undefined>(request, { token }),
    onSuccess: (answer) => {
      flashWarnings(answer?.warnings);
      flash(done);
      onClose();
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
