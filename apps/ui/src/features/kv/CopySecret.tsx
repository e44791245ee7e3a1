import { CopyIcon } from '@primer/octicons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Envelope, send, type WrapInfo } from '../../api/send';
import { useToken } from '../../session/useToken';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { Dialog } from '../../ui/Dialog';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { durationOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { type KvMount, readSecret } from './calls';
import { commandsFor } from './commands';
import { textOf } from '../../api/exact-json';
import styles from './kv.module.css';
import { Moment } from './Moment';
import type { Secret } from './secret';

interface CopyProps {
  readonly mount: KvMount;
  readonly name: string;
  readonly secret: Secret;
  /** As the address names it; absent: the latest, whichever that is. */
  readonly version: number | undefined;
}

export function CopySecret(props: CopyProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<CopyIcon />} onClick={() => setOpen(true)}>
        Copy
      </Button>
      {isOpen && <CopyDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function CopyDialog({ mount, name, secret, version, onClose }: CopyProps & { readonly onClose: () => void }) {
  return (
    <Dialog title={`Copy ${mount.path}/${name}`} onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <section className={styles.copies}>
        <h3>The command that reads it</h3>
        {commandsFor(mount, name, version, location.origin).map(([tool, command]) => (
          <div key={tool} className={styles.command}>
            <span>{tool}</span>
            <code>{command}</code>
            <CopyButton text={command} of={`the ${tool} command`} />
          </div>
        ))}
      </section>
      <section className={styles.copies}>
        <h3>Its data</h3>
        <div className={styles.command}>
          <span>JSON</span>
          <code>{Object.keys(secret.data ?? {}).length} keys, with their values</code>
          <CopyButton text={textOf(secret.data)} of="the data as JSON" />
        </div>
      </section>
      <Wrapping mount={mount} name={name} version={version} />
    </Dialog>
  );
}

/** A token that is good for one look at the secret: it can be sent to somebody. */
function Wrapping({ mount, name, version }: Omit<CopyProps, 'secret'>) {
  const token = useToken();
  const [ttl, setTtl] = useState('30m');
  const wrap = useMutation({
    mutationFn: () => send<Envelope<null>>(readSecret(mount, name, version), { token, wrapTtl: ttl.trim() }),
    gcTime: 0,
  });
  return (
    <section className={styles.copies}>
      <h3>A token for one look at it</h3>
      <Form className={styles.wrapping} onSend={() => wrap.mutate()}>
        <TextField
          label="Time to Live (TTL) of the token"
          help="Whoever has the token unwraps the secret once, within this time."
          required
          value={ttl}
          onText={setTtl}
          spellCheck={false}
        />
        <div>
          <Button type="submit" busy={wrap.isPending}>
            Wrap secret
          </Button>
        </div>
      </Form>
      <Failure of={wrap.error} />
      {wrap.data?.wrap_info && <WrappedToken wrapped={wrap.data.wrap_info} />}
    </section>
  );
}

function WrappedToken({ wrapped: { token, ttl, creation_time: made } }: { readonly wrapped: WrapInfo }) {
  const ends = Date.parse(made) + ttl * 1000;
  return (
    <>
      <div className={styles.command}>
        <span>token</span>
        <code data-testid="wrapped-token">{token}</code>
        <CopyButton text={token} of="the wrapped token" />
      </div>
      <p>
        Good for {durationOf(ttl * 1000)}
        {Number.isNaN(ends) ? null : (
          <>
            , until <Moment at={new Date(ends).toISOString()} />
          </>
        )}
        . It is read with <code>vault unwrap</code> or under Tools.
      </p>
    </>
  );
}
