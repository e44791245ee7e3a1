import type { ReactNode } from 'react';
import type { ApiRequest } from '../../api/request';
import { useWrite } from '../../session/read';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';

interface CancelDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly request: ApiRequest;
  /** What is told when it is done. */
  readonly done: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Ends what holders of keys do together. */
export function CancelDialog({ title, verb, request, done, onClose, children }: CancelDialogProps) {
  const write = useWrite(() => {
    flash(done);
    onClose();
  });
  const change = { ...write, mutate: () => write.mutate(request) };
  return (
    <ConfirmDialog title={title} verb={verb} change={change} onClose={onClose}>
      {children}
    </ConfirmDialog>
  );
}
