import type { Envelope } from '../../api/send';
import { useWrite } from '../../session/read';
import { flashRenewed, RenewDialog } from '../../ui/RenewDialog';
import { renewAccessor } from './calls';

export function RenewTokenDialog({ accessor, onClose }: { readonly accessor: string; readonly onClose: () => void }) {
  const write = useWrite<Envelope<unknown> | undefined>((answer) => {
    const seconds = answer?.auth?.lease_duration;
    flashRenewed('token', typeof seconds === 'number' && seconds > 0 ? seconds : undefined);
    onClose();
  });
  return (
    <RenewDialog
      what="token"
      bound="It gets no more than its maximum."
      renew={(increment) => renewAccessor(accessor, increment)}
      write={write}
      onClose={onClose}
    />
  );
}
