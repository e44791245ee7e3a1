import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RevocationPreview } from '@tidelock/api-answers';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { Alert } from '../../ui/Alert';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash, flashWarnings } from '../../ui/flashes';
import { revokeSecondary } from './calls';
import { WhatWillHappen } from './WhatWillHappen';

export function RevokeDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const token = useToken();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => send<Envelope<null> | undefined>(revokeSecondary(id), { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      flash(`The secondary ${id} is revoked.`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title={`Revoke ${id}?`} verb="Revoke" change={revoke} onClose={onClose}>
      <WhatWillHappen<RevocationPreview>
        request={revokeSecondary(id)}
        more={(preview, warnings) => <Consequences preview={preview} warnings={warnings} />}
      />
      <div>
        <AsCommand request={revokeSecondary(id)} />
      </div>
    </ConfirmDialog>
  );
}

function Consequences({
  preview: { state, held_keys: held, stream, ends_batch_tokens: endsTokens, removes_filter: unfiltered },
  warnings,
}: {
  readonly preview: RevocationPreview;
  readonly warnings: readonly string[];
}) {
  if (state === 'revoked') return <p>It is revoked already.</p>;
  return (
    <>
      <ul>
        {held ? (
          <>
            <li>It goes on to answer with what it keeps, which grows stale. To end that, shut it down.</li>
            <li>To come back it needs a new activation token, and is wiped.</li>
          </>
        ) : (
          <li>It has not joined: its activation token is good for nothing any more.</li>
        )}
        {stream !== undefined && <li>The key of its stream is changed: it can read nothing that comes from now on.</li>}
        {endsTokens && <li>All batch tokens of the set end.</li>}
        {unfiltered && <li>Its path filter is removed.</li>}
      </ul>
      {warnings.map((text) => (
        <Alert key={text} kind="warn">
          {text}
        </Alert>
      ))}
    </>
  );
}
