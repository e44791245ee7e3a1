import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { capabilitiesOf } from './calls';
import { textsIn, Words } from './TokenFacts';
import styles from './tokens.module.css';

/** What the token may do with a path. */
export function CapabilitiesCard({ accessor }: { readonly accessor: string }) {
  const token = useToken();
  const [path, setPath] = useState('');
  const request = capabilitiesOf(accessor, path.trim().replace(/^\/?(v1\/)?/, ''));
  const call = useMutation({
    mutationFn: () => send<{ readonly capabilities?: unknown } | undefined>(request, { token }),
    gcTime: 0,
  });
  return (
    <Card title="What it may do">
      <Form onSend={() => call.mutate()}>
        <TextField
          label="Path"
          help="As the API has it: secret/data/app, sys/mounts, …"
          required
          value={path}
          onText={(text) => {
            setPath(text);
            call.reset();
          }}
          autoComplete="off"
          spellCheck={false}
        />
        <Failure of={call.error} />
        {call.data !== undefined && (
          <p role="status">
            <Words
              of={textsIn(call.data.capabilities).filter((word) => word !== 'deny')}
              none="Nothing: it is denied."
            />
          </p>
        )}
        <div className={styles.actions}>
          <Button type="submit" busy={call.isPending}>
            Show its capabilities
          </Button>
          <AsCommand request={request} />
        </div>
      </Form>
    </Card>
  );
}
