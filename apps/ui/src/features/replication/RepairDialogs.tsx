import { RECOVER, REINDEX, skipPoison } from './calls';
import { ChangeDialog } from './ChangeDialog';

interface DialogProps {
  readonly onClose: () => void;
}

export const RecoverDialog = ({ onClose }: DialogProps) => (
  <ChangeDialog title="Begin recovery?" verb="Recover" request={RECOVER} onClose={onClose}>
    <p>The stream is read again from where this cluster stands. A mutation that could not be applied is tried again.</p>
  </ChangeDialog>
);

export const ReindexDialog = ({ isPrimary, onClose }: DialogProps & { readonly isPrimary: boolean }) => (
  <ChangeDialog title="Begin reindex?" verb="Reindex" request={REINDEX} onClose={onClose}>
    <p>
      {isPrimary
        ? 'Requests are served meanwhile, and cost more. Reindex the secondaries first.'
        : 'This cluster answers meanwhile.'}{' '}
      Its progress is on the details page.
    </p>
  </ChangeDialog>
);

export const SkipDialog = ({
  index,
  reason,
  onClose,
}: DialogProps & { readonly index: number; readonly reason: string }) => (
  <ChangeDialog
    title={`Skip the mutation ${index}?`}
    verb="Skip"
    typed={String(index)}
    request={skipPoison(index)}
    onClose={onClose}
  >
    <p>{reason}</p>
    <p>This cluster goes on without it. What it lacks is fetched at the next comparison, where that is possible.</p>
  </ChangeDialog>
);
