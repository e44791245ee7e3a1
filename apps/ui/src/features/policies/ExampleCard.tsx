import { useMutation } from '@tanstack/react-query';
import { type Envelope, send } from '../../api/send';
import { useMay } from '../../session/may';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { CopyButton } from '../../ui/CopyButton';
import { Failure } from '../../ui/Failure';
import { generateRequest } from './kinds';
import styles from './policies.module.css';

type Answer = Envelope<{ readonly password?: unknown }>;

/** A password that is made by the policy, and stored nowhere. */
export function ExampleCard({ name }: { readonly name: string }) {
  const token = useToken();
  const request = generateRequest(name);
  const may = useMay(request.path);
  const generate = useMutation({ mutationFn: () => send<Answer>(request, { token }), gcTime: 0 });
  const { password } = generate.data?.data ?? {};
  if (!may(request.path, 'read')) return null;
  return (
    <Card title="Example" aside={<AsCommand request={request} />}>
      <p>A password that the server makes by this policy. It is stored nowhere.</p>
      <div role="status">
        {password !== undefined && (
          <div className={styles.row}>
            <code>{String(password)}</code>
            <CopyButton text={String(password)} of="the password" />
          </div>
        )}
      </div>
      <Failure of={generate.error} />
      <div>
        <Button busy={generate.isPending} onClick={() => generate.mutate()}>
          Generate
        </Button>
      </div>
    </Card>
  );
}
