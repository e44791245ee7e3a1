import { useState } from 'react';
import { Checkbox } from '../../ui/Checkbox';
import { Alert } from '../../ui/Alert';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { TextField } from '../../ui/Field';
import { useChange, usePreview } from './change';
import { promote } from './calls';
import { WhatWillHappen } from './WhatWillHappen';

/** The force box is there only where a check has failed. */
export function PromoteDialog({ onClose }: { readonly onClose: () => void }) {
  const [address, setAddress] = useState('');
  const [force, setForce] = useState(false);
  const { data } = usePreview(promote('', false));
  const isSafe = data?.data.possible_without_force;
  const change = useChange(promote(address.trim(), force && isSafe === false), onClose);
  return (
    <ConfirmDialog title="Promote cluster?" verb="Promote" change={change} onClose={onClose}>
      <Alert kind="bad" title="Never have two primaries.">
        Demote the old primary first; one that cannot be reached must not come back as one.
      </Alert>
      <WhatWillHappen request={promote('', false)} />
      <TextField
        label="Primary cluster address"
        help="Optional: what secondaries are told, in place of this cluster's own address."
        value={address}
        onText={setAddress}
        spellCheck={false}
      />
      {isSafe === false && (
        <Checkbox checked={force} onCheck={setForce}>
          Force promotion of this cluster
        </Checkbox>
      )}
    </ConfirmDialog>
  );
}
