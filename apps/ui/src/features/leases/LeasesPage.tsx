import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card, Tile, Tiles } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { countOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { count, listPath, TIDY } from './calls';
import { LeaseFolder } from './LeaseFolder';

export function LeasesPage() {
  return (
    <>
      <PageHead
        title="Leases"
        note="What was given out for a time: secrets of engines, and tokens. These are this cluster's own; every other cluster of a set has its own."
      >
        <AsCommand request={{ method: 'GET', path: listPath(''), query: { list: 'true' } }} />
      </PageHead>
      <Counts />
      <LookUpCard />
      <LeaseFolder prefix="" />
    </>
  );
}

interface Count {
  readonly lease_count?: unknown;
}

function Counts() {
  const may = useMay('sys/leases/count', 'sys/leases/tidy');
  const mayCount = may('sys/leases/count', 'read');
  const all = useRead<Envelope<Count>>(count('all'), { enabled: mayCount });
  const irrevocable = useRead<Envelope<Count>>(count('irrevocable'), { enabled: mayCount });
  const stuck = Number(irrevocable.data?.data?.lease_count ?? 0);
  if (!mayCount || all.data === undefined) return null;
  return (
    <>
      <Tiles>
        <Tile title="Leases of secrets engines" note="Tokens are not among them.">
          {countOf(Number(all.data.data?.lease_count ?? 0))}
        </Tile>
        <Tile
          title="Irrevocable"
          isBad={stuck > 0}
          note={stuck > 0 ? 'Their engines failed to undo them, again and again.' : 'All that ended was undone.'}
        >
          {countOf(stuck)}
        </Tile>
      </Tiles>
      {stuck > 0 && <StuckAlert stuck={stuck} mayTidy={may('sys/leases/tidy', 'update')} />}
    </>
  );
}

function StuckAlert({ stuck, mayTidy }: { readonly stuck: number; readonly mayTidy: boolean }) {
  const tidy = useWrite();
  return (
    <Alert kind="warn" title={`${countOf(stuck)} of the secrets could not be undone: they may still work.`}>
      <p>
        The server&apos;s log has the reason of each. Once it is mended, let them be tried again. What is gone for good
        outside is dropped by a forced revocation of its prefix.
      </p>
      {mayTidy && (
        <Button busy={tidy.isPending} onClick={() => tidy.mutate(TIDY)}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

function LookUpCard() {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  return (
    <Card title="Look a lease up">
      <Form onSend={() => void navigate({ to: '/vault/access/leases/show/$', params: { _splat: id.trim() } })}>
        <TextField
          label="Lease ID"
          help="As it came with the secret: the path that gave it, and a name behind it."
          required
          value={id}
          onText={setId}
          autoComplete="off"
          spellCheck={false}
        />
        <div>
          <Button type="submit">Look up</Button>
        </div>
      </Form>
    </Card>
  );
}
