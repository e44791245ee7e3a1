import { useState } from 'react';
import { AsCommand } from '../../ui/AsCommand';
import type { ApiRequest } from '../../api/request';
import { Button } from '../../ui/Button';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { SecretField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { Progress } from '../../ui/Progress';

interface GiveKeyProps {
  readonly label: string;
  readonly progress: number;
  readonly required: number;
  readonly nonce: string;
  readonly write: {
    readonly isPending: boolean;
    readonly error: Error | null;
    mutate(request: ApiRequest, options: { readonly onSuccess: () => void }): void;
  };
  /** The call that gives a key. */
  readonly request: (key: string) => ApiRequest;
}

/** Holders give their keys one by one, here or elsewhere: whoever has the nonce knows that it is the same attempt. */
export function GiveKey({ label, progress, required, nonce, write, request }: GiveKeyProps) {
  const [key, setKey] = useState('');
  const give = (): void => {
    const given = key.trim();
    // The next one may have been typed meanwhile.
    write.mutate(request(given), { onSuccess: () => setKey((typed) => (typed.trim() === given ? '' : typed)) });
  };
  return (
    <>
      <Progress label={`${progress} of ${required} keys`} done={progress} total={required} />
      <Facts rows={[['Nonce', nonce, 'code']]} />
      <Form onSend={give}>
        <SecretField label={label} autoComplete="off" required value={key} onText={setKey} />
        <Failure of={write.error} />
        <div>
          <Button type="submit" kind="primary" busy={write.isPending}>
            Give key
          </Button>{' '}
          <AsCommand request={request('<key>')} />
        </div>
      </Form>
    </>
  );
}
