import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Disclosure } from '../../ui/Disclosure';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { enableDevice } from './calls';
import { type DeviceForm, NEW_DEVICE, orderOf } from './devices';

export function EnableDevicePage() {
  const isSecondary = useStatus().replication?.mode === 'secondary';
  const navigate = useNavigate();
  const [path, setPath] = useState('file');
  const [form, setForm] = useState(NEW_DEVICE);
  const isLocal = form.local || isSecondary;
  const request = enableDevice(path, orderOf({ ...form, local: isLocal }));
  const write = useWrite(() => {
    flash(`The audit device ${path} is enabled.`);
    void navigate({ to: '/vault/audit' });
  });
  return (
    <>
      <PageHead title="Enable an audit device" note={<Link to="/vault/audit">Audit devices</Link>}>
        <AsCommand request={request} />
      </PageHead>
      <Card title="A file">
        <Form onSend={() => write.mutate(request)}>
          <TextField
            label="Path"
            help="Names the device."
            required
            value={path}
            onText={setPath}
            autoCapitalize="none"
            spellCheck={false}
          />
          <TextField
            label="File path"
            help="On the server. Also “stdout”, or “discard” for nowhere. A line is written at once, to try it."
            placeholder="/var/log/tidelock/audit.log"
            required
            value={form.filePath}
            onText={(filePath) => setForm({ ...form, filePath })}
            spellCheck={false}
          />
          <TextField
            label="Description"
            value={form.description}
            onText={(description) => setForm({ ...form, description })}
          />
          <PlaceField isSecondary={isSecondary} form={form} onChange={setForm} />
          <LineFields form={form} onChange={setForm} />
          <Failure of={write.error} />
          <div>
            <Button type="submit" kind="primary" busy={write.isPending}>
              Enable device
            </Button>{' '}
            <ButtonLink to="/vault/audit">Cancel</ButtonLink>
          </div>
        </Form>
      </Card>
    </>
  );
}

interface FieldsProps {
  readonly form: DeviceForm;
  readonly onChange: (form: DeviceForm) => void;
}

function PlaceField({ isSecondary, form, onChange }: FieldsProps & { readonly isSecondary: boolean }) {
  if (isSecondary)
    return (
      <Alert kind="info">It is local: it stays on this cluster. A replicated device is enabled on the primary.</Alert>
    );
  return (
    <>
      <Checkbox checked={form.local} onCheck={(local) => onChange({ ...form, local })}>
        Local: it stays on this cluster, and is never replicated
      </Checkbox>
      {!form.local && (
        <Alert kind="warn" title="The file must be writable on every cluster of the set.">
          A replicated device is opened on each of them. A cluster none of whose devices can write refuses all requests.
        </Alert>
      )}
    </>
  );
}

function LineFields({ form, onChange }: FieldsProps) {
  return (
    <Disclosure title="Options">
      <TextField
        label="Mode"
        help="Permission bits of the file, octal. 0000 leaves them as they are."
        placeholder="0600"
        value={form.mode}
        onText={(mode) => onChange({ ...form, mode })}
      />
      <TextField
        label="Prefix"
        help="Stands before each line."
        value={form.prefix}
        onText={(prefix) => onChange({ ...form, prefix })}
      />
      <Checkbox checked={form.hashAccessors} onCheck={(hashAccessors) => onChange({ ...form, hashAccessors })}>
        Hash the accessors of tokens
      </Checkbox>
      <Checkbox checked={form.elideLists} onCheck={(elideLists) => onChange({ ...form, elideLists })}>
        Log how many names a list has, not the names
      </Checkbox>
      <Checkbox checked={form.raw} onCheck={(raw) => onChange({ ...form, raw })}>
        Log in clear, without hashes
      </Checkbox>
      {form.raw && (
        <Alert kind="warn" title="Secrets and tokens will stand in the file.">
          Whoever reads the file can use them.
        </Alert>
      )}
    </Disclosure>
  );
}
