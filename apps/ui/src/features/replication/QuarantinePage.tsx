import type { QuarantinedMutation } from '@tidelock/api-answers';
import { type ReactNode, useState } from 'react';
import type { Envelope } from '../../api/send';
import { useStatus } from '../../cluster/queries';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { changeQuarantine, QUARANTINE } from './calls';
import { mutationsOf, quarantinedIn, reasonFor } from './quarantine';
import { DiscardDialog, ReapplyDialog } from './QuarantineDialogs';
import styles from './QuarantinePage.module.css';
import { QuarantineTable } from './QuarantineTable';

/** What a former primary has and its set has not: paths and times, never values. */
export function QuarantinePage() {
  const list = useRead<Envelope<unknown>>(QUARANTINE);
  return (
    <>
      <PageHead title="Quarantine" note="What this cluster wrote as a primary, and its set does not have.">
        <AsCommand request={QUARANTINE} />
      </PageHead>
      <Loaded of={list}>{({ data }) => <Kept mutations={quarantinedIn(data)} />}</Loaded>
    </>
  );
}

function Kept({ mutations }: { readonly mutations: readonly QuarantinedMutation[] }) {
  const { replication } = useStatus({ watched: true });
  const [marked, setMarked] = useState<ReadonlySet<number>>(new Set());
  const [open, setOpen] = useState<ReactNode>(null);
  const discard = changeQuarantine('discard', 'all').path;
  const reapply = changeQuarantine('reapply', 'all').path;
  const may = useMay(discard, reapply);
  if (mutations.length === 0)
    return (
      <Card title="Nothing is in quarantine">
        <p>All that this cluster ever acknowledged is part of its set, or was discarded.</p>
        <div>
          <ButtonLink to="/vault/replication/performance">Details of replication</ButtonLink>
        </div>
      </Card>
    );
  // Those that are gone meanwhile are chosen no more.
  const chosen = mutations.map(({ index }) => index).filter((index) => marked.has(index));
  const indexes = chosen.length === mutations.length ? 'all' : chosen;
  const close = (): void => setOpen(null);
  const isSecondary = replication?.mode === 'secondary';
  const fenced = isSecondary ? replication.fenced : undefined;
  return (
    <>
      <Card title="Why">
        <p>{reasonFor(mutations, fenced)}</p>
        <p>
          Look at what was written, at the audit log by its request id, and at what is there now. Then have it written
          anew, or discard it.
        </p>
      </Card>
      <Card title={mutationsOf(mutations.length)}>
        <QuarantineTable mutations={mutations} marked={marked} onMark={setMarked} />
        <div className={styles.actions} role="group" aria-label="With those that are chosen">
          <span role="status">{chosen.length === 0 ? 'None is chosen.' : `${mutationsOf(chosen.length)} chosen.`}</span>
          {may(reapply, 'update') && (
            <Button
              kind="primary"
              disabled={chosen.length === 0}
              onClick={() =>
                setOpen(<ReapplyDialog indexes={indexes} isFenced={fenced !== undefined} onClose={close} />)
              }
            >
              {isSecondary ? 'Reapply on the primary…' : 'Reapply here…'}
            </Button>
          )}
          {may(discard, 'update') && (
            <Button
              kind="danger"
              disabled={chosen.length === 0}
              onClick={() => setOpen(<DiscardDialog indexes={indexes} onClose={close} />)}
            >
              Discard…
            </Button>
          )}
        </div>
      </Card>
      {open}
    </>
  );
}
