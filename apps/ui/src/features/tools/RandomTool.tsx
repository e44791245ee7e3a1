import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { SelectField, TextField } from '../../ui/Field';
import { bytesOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { HiddenText } from '../../ui/HiddenText';
import { random } from './calls';
import styles from './tools.module.css';
import { useTool } from './useTool';

const MOST_BYTES = 131_072;

export function RandomTool() {
  const [bytes, setBytes] = useState('32');
  const [format, setFormat] = useState('base64');
  const call = useTool<Envelope<{ readonly random_bytes?: unknown }>>();
  const request = random(Number(bytes), format);
  return (
    <>
      <Card title="Random bytes">
        <Form onSend={() => call.mutate(request)}>
          <TextField
            label="Bytes"
            help={`At most ${bytesOf(MOST_BYTES)}.`}
            type="number"
            min={1}
            max={MOST_BYTES}
            required
            value={bytes}
            onText={setBytes}
          />
          <SelectField label="Format" value={format} onText={setFormat}>
            <option>base64</option>
            <option>hex</option>
          </SelectField>
          <Failure of={call.error} />
          <div className={styles.actions}>
            <Button type="submit" kind="primary" busy={call.isPending}>
              Generate
            </Button>
            <AsCommand request={request} />
          </div>
        </Form>
      </Card>
      {call.data !== undefined && (
        <Card title="Generated">
          <HiddenText text={String(call.data.data?.random_bytes ?? '')} of="the random bytes" />
        </Card>
      )}
    </>
  );
}
