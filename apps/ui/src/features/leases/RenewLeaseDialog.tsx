import type { Envelope } from '../../api/send';
import { useWrite } from '../../session/read';
import { flashRenewed, RenewDialog } from '../../ui/RenewDialog';
import { renew } from './calls';

interface RenewLeaseProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** The answer's frame tells of the lease. */
type Renewed = Envelope<unknown> & { readonly lease_duration?: unknown };

export function RenewLeaseDialog({ id, onClose }: RenewLeaseProps) {
  const write = useWrite<Renewed | undefined>((answer) => {
    const seconds = Number(answer?.lease_duration);
    flashRenewed('lease', Number.isNaN(seconds) ? undefined : seconds);
    onClose();
  });
  return (
    <RenewDialog
      what="lease"
      bound="Its engine may give less."
      renew={(increment) => renew(id, increment)}
      write={write}
      onClose={onClose}
    />
  );
}
