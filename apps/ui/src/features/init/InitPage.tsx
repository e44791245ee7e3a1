import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/send';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Checkbox } from '../../ui/Checkbox';
import { CopyButton } from '../../ui/CopyButton';
import { TextField } from '../../ui/Field';
import { Failure } from '../../ui/Failure';
import { Form } from '../../ui/Form';
import { FrontPage } from '../../ui/FrontPage';
import styles from './InitPage.module.css';

/** `sys/init`: shown once, and kept nowhere. */
interface Initialised {
  readonly keys: readonly string[];
  readonly keys_base64: readonly string[];
  readonly root_token: string;
}

export function InitPage() {
  const [shares, setShares] = useState('5');
  const [threshold, setThreshold] = useState('3');
  const initialise = useMutation({
    mutationFn: () =>
      send<Initialised>({
        method: 'POST',
        path: 'sys/init',
        body: { secret_shares: Number(shares), secret_threshold: Number(threshold) },
      }),
    gcTime: 0,
  });
  if (initialise.data !== undefined) return <ShownOnce result={initialise.data} threshold={threshold} />;
  return (
    <FrontPage title="Initialise Tidelock">
      <Form onSend={() => initialise.mutate()}>
        <p>The root key is cut into shares, for people who do not stand in one place. Some of them together unseal.</p>
        <TextField label="Key shares" inputMode="numeric" pattern="[0-9]+" required value={shares} onText={setShares} />
        <TextField
          label="Key threshold"
          help="How many of the shares unseal."
          inputMode="numeric"
          pattern="[0-9]+"
          required
          value={threshold}
          onText={setThreshold}
        />
        <Failure of={initialise.error} />
        <Button type="submit" kind="primary" busy={initialise.isPending}>
          Initialise
        </Button>
      </Form>
    </FrontPage>
  );
}

function ShownOnce({ result, threshold }: { readonly result: Initialised; readonly threshold: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [stored, setStored] = useState(false);
  useBlocker({ shouldBlockFn: () => !stored, enableBeforeUnload: () => !stored });
  const text = JSON.stringify(result, null, 2);
  const leave = async (): Promise<void> => {
    await queries.invalidateQueries();
    await navigate({ to: '/vault/unseal' });
  };
  return (
    <FrontPage title="Store these now">
      <Alert kind="warn" title="They are not shown again.">
        Without {threshold} of the keys nobody opens this cluster after a restart: not you, and not us.
      </Alert>
      <dl className={styles.keys}>
        {result.keys_base64.map((key, at) => (
          <div key={key}>
            <dt>Key {at + 1}</dt>
            <dd>
              <code>{key}</code> <CopyButton text={key} of={`key ${at + 1}`} />
            </dd>
          </div>
        ))}
        <div>
          <dt>Initial root token</dt>
          <dd>
            <code>{result.root_token}</code> <CopyButton text={result.root_token} of="the root token" />
          </dd>
        </div>
      </dl>
      <Button onClick={() => download(text)}>Download</Button>
      <Checkbox checked={stored} onCheck={setStored}>
        I have stored them
      </Checkbox>
      <Button kind="primary" disabled={!stored} onClick={() => void leave()}>
        Continue to unseal
      </Button>
    </FrontPage>
  );
}

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'tidelock-keys.json';
  link.click();
  URL.revokeObjectURL(address);
}
