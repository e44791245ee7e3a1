import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { flash } from '../../ui/flashes';
import { countOf, momentOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { KEY_STATUS, type KeyStatus, ROTATE, ROTATION_CONFIG } from './calls';
import { RotationCard } from './RotationCard';

export function BarrierKeyCard({ isSecondary }: { readonly isSecondary: boolean }) {
  const may = useMay(KEY_STATUS.path, ROTATE.path, ROTATION_CONFIG.path);
  const read = useRead<Envelope<KeyStatus>>(KEY_STATUS);
  const [asked, setAsked] = useState(false);
  const mayRotate = !isSecondary && may(ROTATE.path, 'sudo');
  return (
    <>
      <Card title="Barrier key" aside={mayRotate && <Button onClick={() => setAsked(true)}>Rotate…</Button>}>
        <Loaded of={read} lines={3}>
          {({ data }) => <KeyFacts status={data} />}
        </Loaded>
        {asked && <RotateDialog onClose={() => setAsked(false)} />}
      </Card>
      {may(ROTATION_CONFIG.path, 'sudo') && (
        <RotationCard mayChange={!isSecondary && may(ROTATION_CONFIG.path, 'update')} />
      )}
    </>
  );
}

function KeyFacts({ status: { term, install_time, encryptions } }: { readonly status: KeyStatus }) {
  const since = Date.parse(install_time);
  return (
    <Facts
      rows={[
        ['Term', String(term)],
        ['In use since', Number.isNaN(since) ? String(install_time) : momentOf(since)],
        ['Encryptions', typeof encryptions === 'number' ? `${countOf(encryptions)}, by all clusters` : 'not known'],
      ]}
    />
  );
}

function RotateDialog({ onClose }: { readonly onClose: () => void }) {
  const write = useWrite(() => {
    flash('A new barrier key is in use.');
    onClose();
  });
  const change = { ...write, mutate: () => write.mutate(ROTATE) };
  return (
    <ConfirmDialog title="Rotate the barrier key?" verb="Rotate" change={change} onClose={onClose}>
      <ul>
        <li>What is written from then on is sealed with a new key, on every cluster of the set.</li>
        <li>The former keys still open what they sealed. Unseal keys stay as they are.</li>
      </ul>
      <div>
        <AsCommand request={ROTATE} />
      </div>
    </ConfirmDialog>
  );
}
