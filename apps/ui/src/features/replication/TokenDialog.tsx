import type { WrapInfo } from '../../api/send';
import { CopyOnceDialog } from '../../ui/CopyOnceDialog';
import { TextArea } from '../../ui/Field';
import { durationOf, momentOf } from '../../ui/format';
import { useNow } from '../../ui/useNow';

export function TokenDialog({ wrapped, onClose }: { readonly wrapped: WrapInfo; readonly onClose: () => void }) {
  const expires = Date.parse(wrapped.creation_time) + wrapped.ttl * 1000;
  const left = expires - useNow();
  return (
    <CopyOnceDialog
      title="Copy your token"
      text={wrapped.token}
      copied="The activation token is on the clipboard."
      onClose={onClose}
    >
      <p>It is not shown again. Give it to the other cluster under Replication → Enable → secondary.</p>
      <TextArea label="Activation token" readOnly value={wrapped.token} onFocus={({ target }) => target.select()} />
      <dl>
        <dt>TTL</dt>
        <dd>{wrapped.ttl}s</dd>
        <dt>Expires</dt>
        <dd>
          {momentOf(expires)}, {left > 0 ? `in ${durationOf(left)}` : 'which has passed'}
        </dd>
      </dl>
    </CopyOnceDialog>
  );
}
