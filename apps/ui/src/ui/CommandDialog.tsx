import { commandsFor, type ShellCommand } from '../api/as-command';
import type { ApiRequest } from '../api/request';
import { Button } from './Button';
import styles from './CommandDialog.module.css';
import { CopyButton } from './CopyButton';
import { Dialog } from './Dialog';
import { Failure } from './Failure';

export function CommandDialog({ request, onClose }: { readonly request: ApiRequest; readonly onClose: () => void }) {
  const { commands, error } = told(request);
  return (
    <Dialog title="As command" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      {commands.length > 0 && <Commands commands={commands} />}
      <Failure of={error} />
    </Dialog>
  );
}

/** A call that cannot be sent has no command, and says why. */
function told(request: ApiRequest): { readonly commands: readonly ShellCommand[]; readonly error?: unknown } {
  try {
    return { commands: commandsFor(request, location.origin) };
  } catch (error) {
    return { commands: [], error };
  }
}

function Commands({ commands }: { readonly commands: readonly ShellCommand[] }) {
  const isShort = commands.length > 1;
  return (
    <>
      <p>
        The token is read from <code>VAULT_TOKEN</code>
        {isShort && (
          <>
            , the address of this server, <code>{location.origin}</code>, from <code>VAULT_ADDR</code>
          </>
        )}
        .
      </p>
      {commands.map(({ name, text }) => (
        <section key={name} aria-label={name}>
          <header className={styles.name}>
            <h3>{name}</h3>
            <CopyButton text={text} of={`the ${name} command`} />
          </header>
          <pre className={styles.command} tabIndex={0}>
            {text}
          </pre>
        </section>
      ))}
    </>
  );
}
