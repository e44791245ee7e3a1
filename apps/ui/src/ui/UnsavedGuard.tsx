import { useBlocker } from '@tanstack/react-router';
import { Button } from './Button';
import { Dialog } from './Dialog';

/** Asks before what was written and not saved is left behind; the browser itself asks before a tab closes. */
export function UnsavedGuard({ isUnsaved }: { readonly isUnsaved: () => boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog
      title="Leave without saving?"
      onClose={reset}
      actions={
        <>
          <Button onClick={reset}>Stay</Button>
          <Button kind="danger" onClick={proceed}>
            Discard changes
          </Button>
        </>
      }
    >
      <p>What you have changed here is not saved, and is lost when you leave.</p>
    </Dialog>
  );
}
