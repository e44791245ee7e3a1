import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { SelectField, TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { toldMoment } from './told-moment';
import { allowReapply } from './calls';

/** The primary's part in what a former primary has in quarantine. */
export function AllowReapplyDialog({
  ids,
  onClose,
}: {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}) {
  const [id, setId] = useState(ids[0] ?? '');
  const [ttl, setTtl] = useState('');
  const request = allowReapply(id, ttl.trim());
  const write = useWrite<Envelope<{ readonly until?: string }>>((answer) => {
    flash(`${id} may reapply once, until ${toldMoment(answer.data.until)}.`);
    onClose();
  });
  return (
    <ConfirmDialog
      title="Allow a reapply?"
      verb="Allow"
      change={{ ...write, mutate: () => write.mutate(request) }}
      onClose={onClose}
    >
      <SelectField label="Former primary" value={id} onText={setId}>
        {ids.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </SelectField>
      <p>It has mutations in quarantine, which this set does not have.</p>
      <ul>
        <li>It may have them written anew here, with one “Reapply”, within the time below.</li>
        <li>Each is written as a whole, over what is here now: a newer value is replaced by an older one.</li>
        <li>Only what clients keep comes back, and nothing that its filter hides or its forwarding level forbids.</li>
      </ul>
      <TextField
        label="Time to Live (TTL)"
        help="Optional, 15 minutes by default. A restart of this server ends it."
        placeholder="15m"
        value={ttl}
        onText={setTtl}
        spellCheck={false}
      />
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
