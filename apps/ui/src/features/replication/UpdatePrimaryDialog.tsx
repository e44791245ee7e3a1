import { useState } from 'react';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { SelectField, TextArea } from '../../ui/Field';
import { useChange } from './change';
import { updatePrimary, updatePrimaryAddresses } from './calls';
import { JoinFields, useJoinOrder } from './JoinFields';

export function UpdatePrimaryDialog({ onClose }: { readonly onClose: () => void }) {
  const [by, setBy] = useState<'token' | 'addresses'>('token');
  const join = useJoinOrder();
  const [addresses, setAddresses] = useState('');
  const list = addresses.split(/[\s,]+/).filter((address) => address !== '');
  const change = useChange(by === 'token' ? updatePrimary(join.order) : updatePrimaryAddresses(list), onClose);
  return (
    <ConfirmDialog
      title="Update primary"
      verb="Update"
      isReady={by === 'token' ? join.isComplete : list.length > 0}
      change={change}
      onClose={onClose}
    >
      <p>Nothing is wiped where the new primary belongs to the same replication set.</p>
      <SelectField label="By" value={by} onText={(kind) => setBy(kind as typeof by)}>
        <option value="token">an activation token of the new primary</option>
        <option value="addresses">other addresses of the same primary, without a token</option>
      </SelectField>
      {by === 'token' ? (
        <JoinFields {...join} />
      ) : (
        <TextArea
          label="Cluster addresses"
          help="Tried in this order; with commas, or one a line."
          value={addresses}
          onText={setAddresses}
          spellCheck={false}
        />
      )}
    </ConfirmDialog>
  );
}
