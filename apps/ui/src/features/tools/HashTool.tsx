import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { SelectField, TextArea } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { ALGORITHMS, hash, type HashOrder } from './calls';
import styles from './tools.module.css';
import { useTool } from './useTool';

export function HashTool() {
  const [order, setOrder] = useState<HashOrder>({ input: '', isBase64: false, algorithm: 'sha2-256', format: 'hex' });
  const change = (part: Partial<HashOrder>): void => setOrder({ ...order, ...part });
  const call = useTool<Envelope<{ readonly sum?: unknown }>>();
  return (
    <>
      <Card title="What is hashed">
        <Form onSend={() => call.mutate(hash(order))}>
          <TextArea label="Input" value={order.input} onText={(input) => change({ input })} spellCheck={false} />
          <Checkbox checked={order.isBase64} onCheck={(isBase64) => change({ isBase64 })}>
            The input is base64 of the bytes
          </Checkbox>
          <SelectField label="Algorithm" value={order.algorithm} onText={(algorithm) => change({ algorithm })}>
            {ALGORITHMS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
          <SelectField label="Format" value={order.format} onText={(format) => change({ format })}>
            <option>hex</option>
            <option>base64</option>
          </SelectField>
          <Failure of={call.error} />
          <div className={styles.actions}>
            <Button type="submit" kind="primary" busy={call.isPending}>
              Hash
            </Button>
            {/* A shell keeps what is typed: the input, sent in base64 in any case, is left out. */}
            <AsCommand request={hash({ ...order, input: '<input>', isBase64: true })} />
          </div>
        </Form>
      </Card>
      {call.data !== undefined && (
        <Card title="Digest">
          <Facts rows={[['Sum', String(call.data.data?.sum ?? ''), 'code']]} />
        </Card>
      )}
    </>
  );
}
