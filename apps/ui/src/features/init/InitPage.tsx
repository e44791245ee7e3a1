import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/send';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Failure } from '../../ui/Failure';
import { Form } from '../../ui/Form';
import { FrontPage } from '../../ui/FrontPage';
import { ShownOnce } from '../../ui/ShownOnce';

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
  if (initialise.data !== undefined) return <Keys result={initialise.data} threshold={threshold} />;
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

function Keys({ result, threshold }: { readonly result: Initialised; readonly threshold: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    await queries.invalidateQueries();
    await navigate({ to: '/vault/unseal' });
  };
  return (
    <FrontPage title="Store these now">
      <ShownOnce
        rows={[
          ...result.keys_base64.map((key, at) => [`Key ${at + 1}`, key] as const),
          ['Initial root token', result.root_token],
        ]}
        file={{ name: 'tidelock-keys.json', content: result }}
        next="Continue to unseal"
        onNext={() => void leave()}
      >
        Without {threshold} of the keys nobody opens this cluster after a restart: not you, and not us.
      </ShownOnce>
    </FrontPage>
  );
}
