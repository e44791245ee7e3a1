import { useId, useState } from 'react';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Failure } from '../../ui/Failure';
import { SelectField, TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { tune, type Tuning, tuningOf } from './calls';
import { useCircumstances } from './change';
import type { Kind } from './kinds';
import { LeaseFields } from './LeaseFields';
import type { Mount } from './mounts';
import { whereItCounts } from './texts';

interface TuneProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly onClose: () => void;
}

export function TuneDialog({ kind, mount, onClose }: TuneProps) {
  const form = useId();
  const [tuning, setTuning] = useState(() => tuningOf(mount));
  const change = (part: Partial<Tuning>): void => setTuning({ ...tuning, ...part });
  const request = tune(kind, mount, tuning);
  const write = useWrite(() => {
    flash(`${mount.path} is tuned.`);
    onClose();
  });
  const where = whereItCounts(useCircumstances(mount.local));
  return (
    <Dialog
      title={`Tune ${mount.path}`}
      stays={write.isPending}
      onClose={onClose}
      actions={
        <>
          <Button disabled={write.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            form={form}
            kind="primary"
            busy={write.isPending}
            disabled={Object.keys(request.body ?? {}).length === 0}
          >
            Save
          </Button>
        </>
      }
    >
      <Form id={form} onSend={() => write.mutate(request)}>
        <TuneFields kind={kind} tuning={tuning} change={change} />
        {where !== undefined && <p>{where}</p>}
        <Failure of={write.error} />
        <div>
          <AsCommand request={request} />
        </div>
      </Form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly kind: Kind;
  readonly tuning: Tuning;
  readonly change: (part: Partial<Tuning>) => void;
}

function TuneFields({ kind, tuning, change }: FieldsProps) {
  return (
    <>
      <TextField
        label="Description"
        value={tuning.description}
        onText={(description) => change({ description })}
        autoComplete="off"
      />
      <LeaseFields of={tuning} change={change} />
      <SelectField
        label="Listing visibility"
        help={
          kind === 'auth'
            ? 'A method that is listed has a tab of its own on the sign-in page.'
            : 'Who is told that it is there.'
        }
        value={tuning.listingVisibility}
        onText={(listingVisibility) => change({ listingVisibility })}
      >
        <option value="">to those with rights in it</option>
        <option value="unauth">to everybody, also without a token (unauth)</option>
        <option value="hidden">hidden</option>
      </SelectField>
      {kind === 'auth' && (
        <SelectField
          label="Token type"
          help="Of the tokens that are made here."
          value={tuning.tokenType}
          onText={(tokenType) => change({ tokenType })}
        >
          {['default-service', 'default-batch', 'service', 'batch'].map((type) => (
            <option key={type}>{type}</option>
          ))}
        </SelectField>
      )}
    </>
  );
}
