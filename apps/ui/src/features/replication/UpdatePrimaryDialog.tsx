import type { ApiRequest } from '../../api/request';
import { useState } from 'react';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { SelectField, TextArea } from '../../ui/Field';
import { useChange } from './change';
import { updatePrimary, updatePrimaryAddresses } from './calls';
import { JoinFields, useJoinOrder } from './JoinFields';
import { WhatWillHappen } from './WhatWillHappen';

export function UpdatePrimaryDialog({ onClose }: { readonly onClose: () => void }) {
  const [by, setBy] = useState<'token' | 'addresses'>('token');
  const join = useJoinOrder();
  const [addresses, setAddresses] = useState('');
  const list = addresses.split(/[\s,]+/).filter((address) => address !== '');
  const request = by === 'token' ? updatePrimary(join.order) : updatePrimaryAddresses(list);
  const isReady = by === 'token' ? join.isComplete : list.length > 0;
  const change = useChange(request, onClose);
  return (
    <ConfirmDialog title="Update primary" verb="Update" isReady={isReady} change={change} onClose={onClose}>
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
      {isReady && <Trial key={JSON.stringify(request)} request={request} />}
    </ConfirmDialog>
  );
}

/** It sends the token to an address that may still be being typed: so it is made when that is wanted. */
function Trial({ request }: { readonly request: ApiRequest }) {
  const [isWanted, setWanted] = useState(false);
  if (isWanted) return <WhatWillHappen request={request} once />;
  return (
    <div>
      <Button onClick={() => setWanted(true)}>Show what will happen</Button>
    </div>
  );
}
