import { useId, useState } from 'react';
import type { ApiRequest } from '../../api/request';
import type { Envelope } from '../../api/send';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Dialog } from '../../ui/Dialog';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { useCircumstances } from './change';
import { whereItIsKept } from './texts';

/** `data` of `config`: what version 2 of kv keeps by itself. */
interface KvSettings {
  readonly max_versions?: number;
  readonly cas_required?: boolean;
  readonly delete_version_after?: string;
}

interface CardProps {
  /** Of the settings, in the API. */
  readonly path: string;
  readonly local: boolean;
  readonly mayChange: boolean;
}

export function KvSettingsCard({ path, local, mayChange }: CardProps) {
  const settings = useRead<Envelope<KvSettings>>({ method: 'GET', path });
  const [isOpen, setOpen] = useState(false);
  return (
    <Card
      title="Versions"
      aside={mayChange && settings.data !== undefined && <Button onClick={() => setOpen(true)}>Change…</Button>}
    >
      <Loaded of={settings} lines={3}>
        {({ data }) => (
          <>
            <Facts
              rows={[
                ['Maximum number of versions', data.max_versions ? String(data.max_versions) : '10, as usual'],
                ['Require Check and Set', data.cas_required === true ? 'yes' : 'no'],
                ['Delete versions after', isNever(data) ? 'never' : String(data.delete_version_after)],
              ]}
            />
            {isOpen && <SettingsDialog {...{ path, local, settings: data }} onClose={() => setOpen(false)} />}
          </>
        )}
      </Loaded>
    </Card>
  );
}

const isNever = ({ delete_version_after: after }: KvSettings): boolean => after === undefined || after === '0s';

interface DialogProps {
  readonly path: string;
  readonly local: boolean;
  readonly settings: KvSettings;
  readonly onClose: () => void;
}

function SettingsDialog({ path, local, settings, onClose }: DialogProps) {
  const form = useId();
  const [most, setMost] = useState(String(settings.max_versions ?? 0));
  const [casRequired, setCasRequired] = useState(settings.cas_required === true);
  const [after, setAfter] = useState(isNever(settings) ? '' : String(settings.delete_version_after));
  const request: ApiRequest = {
    method: 'POST',
    path,
    body: { max_versions: Number(most), cas_required: casRequired, delete_version_after: after.trim() || '0s' },
  };
  const write = useWrite(() => {
    flash('The settings of versions are changed.');
    onClose();
  });
  const where = whereItIsKept(useCircumstances(local));
  return (
    <Dialog
      title="Versions of each secret"
      stays={write.isPending}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} kind="primary" busy={write.isPending}>
            Save
          </Button>
        </>
      }
    >
      <Form id={form} onSend={() => write.mutate(request)}>
        <TextField
          label="Maximum number of versions"
          help="The oldest goes first. 0: ten."
          type="number"
          min={0}
          required
          value={most}
          onText={setMost}
        />
        <Checkbox checked={casRequired} onCheck={setCasRequired}>
          Require Check and Set: every write names the version that it replaces
        </Checkbox>
        <TextField
          label="Delete versions after"
          help="With a unit: 12h, 30d. Empty: never."
          value={after}
          onText={setAfter}
          spellCheck={false}
        />
        {where !== undefined && <p>{where}</p>}
        <Failure of={write.error} />
        <div>
          <AsCommand request={request} />
        </div>
      </Form>
    </Dialog>
  );
}
