import { TerminalIcon } from '@primer/octicons-react';
import { lazy, Suspense, useState } from 'react';
import type { ApiRequest } from '../api/request';
import { Button } from './Button';

// Few open it: no page waits for it.
const CommandDialog = lazy(async () => ({ default: (await import('./CommandDialog')).CommandDialog }));

/** The very call that a button makes, for a shell: it is made from the same description, so it cannot lie. */
export function AsCommand({ request }: { readonly request: ApiRequest }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<TerminalIcon />} onClick={() => setOpen(true)}>
        As command
      </Button>
      {isOpen && (
        <Suspense>
          <CommandDialog request={request} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
