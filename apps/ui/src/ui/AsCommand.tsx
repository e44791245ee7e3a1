import { TerminalIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { type ApiRequest, asCurl } from '../api/request';
import { Button } from './Button';
import { CopyButton } from './CopyButton';
import { Dialog } from './Dialog';
import styles from './AsCommand.module.css';

/** The very call that a button makes, for a shell: it is made from the same description, so it cannot lie. */
export function AsCommand({ request }: { readonly request: ApiRequest }) {
  const [isOpen, setOpen] = useState(false);
  const command = asCurl(request, location.origin);
  return (
    <>
      <Button icon={<TerminalIcon />} onClick={() => setOpen(true)}>
        As command
      </Button>
      {isOpen && (
        <Dialog
          title="As command"
          onClose={() => setOpen(false)}
          actions={<Button onClick={() => setOpen(false)}>Close</Button>}
        >
          <p>The token is read from the environment.</p>
          <pre className={styles.command} tabIndex={0}>
            {command}
          </pre>
          <CopyButton text={command} of="the command" />
        </Dialog>
      )}
    </>
  );
}
