import type { ReactNode } from 'react';
import type { ApiRequest } from '../../api/request';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useChange } from './change';

interface ChangeDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly request: ApiRequest;
  readonly typed?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A change that is one call. */
export function ChangeDialog({ title, verb, request, typed, onClose, children }: ChangeDialogProps) {
  const change = useChange(request, onClose);
  return (
    <ConfirmDialog title={title} verb={verb} {...(typed !== undefined && { typed })} change={change} onClose={onClose}>
      {children}
    </ConfirmDialog>
  );
}
