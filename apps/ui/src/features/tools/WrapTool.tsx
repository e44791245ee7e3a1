import { PlusIcon, TrashIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import type { Envelope } from '../../api/send';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { TextArea, TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { DEFAULT_WRAP_TTL, wrap } from './calls';
import styles from './tools.module.css';
import { useTool } from './useTool';
import { dataOf, EMPTY_ROW, type Row, turned, withoutValues, type WrapDraft } from './wrap-draft';
import { Wrapped } from './Wrapped';

export function WrapTool() {
  const [draft, setDraft] = useState<WrapDraft>({ as: 'rows', rows: [EMPTY_ROW] });
  const [ttl, setTtl] = useState('');
  const [wrong, setWrong] = useState<string>();
  const call = useTool<Envelope<null>>();
  const attempt = (act: () => void): void => {
    try {
      act();
      setWrong(undefined);
    } catch (error) {
      setWrong(messageOf(error));
    }
  };
  return (
    <>
      <Card
        title="What is wrapped"
        aside={
          <Button onClick={() => attempt(() => setDraft(turned(draft)))}>
            {draft.as === 'rows' ? 'Write as JSON' : 'Write as rows'}
          </Button>
        }
      >
        <Form onSend={() => attempt(() => call.mutate(wrap(dataOf(draft), ttl)))}>
          {draft.as === 'rows' ? (
            <Rows rows={draft.rows} onChange={(rows) => setDraft({ as: 'rows', rows })} />
          ) : (
            <TextArea
              label="JSON"
              rows={8}
              value={draft.text}
              onText={(text) => setDraft({ as: 'json', text })}
              spellCheck={false}
            />
          )}
          <TextField
            label="Time to Live (TTL)"
            help="Within this time it must be opened. Empty: 30 minutes."
            placeholder={DEFAULT_WRAP_TTL}
            value={ttl}
            onText={setTtl}
            spellCheck={false}
          />
          {wrong !== undefined && <Alert kind="bad">{wrong}</Alert>}
          <Failure of={call.error} />
          <div className={styles.actions}>
            <Button type="submit" kind="primary" busy={call.isPending}>
              Wrap
            </Button>
            <AsCommand request={requestOf(draft, ttl)} />
          </div>
        </Form>
      </Card>
      {call.data?.wrap_info && <Wrapped title="Wrapped" info={call.data.wrap_info} />}
    </>
  );
}

/** As a command: what cannot be sent yet is told as nothing. */
function requestOf(draft: WrapDraft, ttl: string): ApiRequest {
  try {
    return wrap(withoutValues(dataOf(draft)), ttl);
  } catch {
    return wrap({}, ttl);
  }
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly onChange: (rows: readonly Row[]) => void;
}

function Rows({ rows, onChange }: RowsProps) {
  const change = (index: number, part: Partial<Row>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <>
      {rows.map((row, index) => (
        <div key={index} className={styles.row} role="group" aria-label={`Row ${index + 1}`}>
          <TextField
            label={`Name ${index + 1}`}
            value={row.name}
            onText={(name) => change(index, { name })}
            autoComplete="off"
            spellCheck={false}
          />
          <TextArea
            label={`Value ${index + 1}`}
            rows={1}
            value={row.value}
            onText={(value) => change(index, { value })}
            spellCheck={false}
          />
          <Button
            kind="quiet"
            aria-label={`Remove row ${index + 1}`}
            icon={<TrashIcon />}
            disabled={rows.length === 1}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button icon={<PlusIcon />} onClick={() => onChange([...rows, EMPTY_ROW])}>
          Add a row
        </Button>
      </div>
    </>
  );
}
