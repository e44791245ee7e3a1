import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { durationText } from '../../ui/duration-text';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { countOf, durationOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { configureRotation, ROTATION_CONFIG, type RotationConfig } from './calls';

/** When the barrier key is rotated by itself. */
export function RotationCard({ mayChange }: { readonly mayChange: boolean }) {
  const read = useRead<Envelope<RotationConfig>>(ROTATION_CONFIG);
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title="Automatic rotation"
      aside={mayChange && !isOpen && <Button onClick={() => setOpen(true)}>Edit</Button>}
    >
      <Loaded of={read} lines={3}>
        {({ data }) =>
          isOpen ? <RotationForm config={data} onClose={() => setOpen(false)} /> : <RotationFacts config={data} />
        }
      </Loaded>
    </Card>
  );
}

const RotationFacts = ({ config: { enabled, interval, max_operations } }: { readonly config: RotationConfig }) => (
  <Facts
    rows={[
      ['Rotates by itself', enabled ? 'yes' : 'no'],
      ['Because of its age', interval > 0 ? `after ${durationOf(interval * 1000)}` : 'never'],
      ['Because of encryptions', `after ${countOf(max_operations)}`],
    ]}
  />
);

function RotationForm({ config, onClose }: { readonly config: RotationConfig; readonly onClose: () => void }) {
  const [enabled, setEnabled] = useState(config.enabled);
  const [interval, setInterval] = useState(durationText(config.interval));
  const [operations, setOperations] = useState(String(config.max_operations));
  const request = configureRotation(enabled, interval, operations);
  const write = useWrite(() => {
    flash('The automatic rotation is changed.');
    onClose();
  });
  return (
    <Form onSend={() => write.mutate(request)}>
      <Checkbox checked={enabled} onCheck={setEnabled}>
        Rotate by itself
      </Checkbox>
      <TextField
        label="Interval"
        help="Age at which the key is rotated, 24h at least. Empty: never because of its age."
        placeholder="720h"
        value={interval}
        onText={setInterval}
        spellCheck={false}
      />
      <TextField
        label="Encryptions"
        help="Number of them after which the key is rotated."
        inputMode="numeric"
        pattern="[0-9]+"
        required
        value={operations}
        onText={setOperations}
      />
      <Failure of={write.error} />
      <div>
        <Button type="submit" kind="primary" busy={write.isPending}>
          Save
        </Button>{' '}
        <Button onClick={onClose}>Cancel</Button> <AsCommand request={request} />
      </div>
    </Form>
  );
}
