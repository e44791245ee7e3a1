import { useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';
import { disableDevice } from './calls';

interface DisableDialogProps {
  readonly path: string;
  /** No other device is enabled. */
  readonly isLast: boolean;
  readonly onClose: () => void;
}

export function DisableDialog({ path, isLast, onClose }: DisableDialogProps) {
  const request = disableDevice(path);
  const write = useWrite(() => {
    flash(`The audit device ${path} is disabled.`);
    onClose();
  });
  const change = { ...write, mutate: () => write.mutate(request) };
  return (
    <ConfirmDialog title={`Disable the audit device ${path}?`} verb="Disable" change={change} onClose={onClose}>
      <ul>
        <li>Nothing more is written there. What has been written stays.</li>
        <li>The key of its hashes is lost: nobody finds a value in its lines any more.</li>
      </ul>
      {isLast && (
        <Alert kind="warn" title="It is the only one.">
          From then on no request goes on record.
        </Alert>
      )}
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
