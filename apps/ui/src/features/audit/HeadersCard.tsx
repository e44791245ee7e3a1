import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';
import { addHeader, headerPath, LIST_HEADERS, removeHeader } from './calls';
import { headersIn } from './devices';

/** Which headers of requests go on record besides. */
export function HeadersCard() {
  const may = useMay(LIST_HEADERS.path);
  return may(LIST_HEADERS.path, 'sudo') ? <Headers /> : null;
}

function Headers() {
  const read = useRead<Envelope<unknown>>(LIST_HEADERS);
  const remove = useWrite();
  const onRemove = (name: string): void =>
    remove.mutate(removeHeader(name), { onSuccess: () => flash(`${name} is logged no longer.`) });
  return (
    <Card title="Audited request headers">
      <p>All devices log these headers of requests, where they are sent.</p>
      <Loaded of={read} lines={2}>
        {({ data }) => {
          const headers = headersIn(data);
          if (headers.length === 0) return <p>None is logged.</p>;
          return <HeaderTable headers={headers} isBusy={remove.isPending} onRemove={onRemove} />;
        }}
      </Loaded>
      <Failure of={remove.error} />
      <AddHeader />
    </Card>
  );
}

interface HeaderTableProps {
  readonly headers: ReturnType<typeof headersIn>;
  readonly isBusy: boolean;
  readonly onRemove: (name: string) => void;
}

function HeaderTable({ headers, isBusy, onRemove }: HeaderTableProps) {
  const may = useMay(...headers.map(({ name }) => headerPath(name)));
  const mayRemove = (name: string): boolean => may(headerPath(name), 'sudo');
  const hasActions = headers.some(({ name }) => mayRemove(name));
  return (
    <Table caption="Audited request headers" columns={['Header', 'Value', ...(hasActions ? ['Actions'] : [])]}>
      {headers.map(({ name, hashed }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{hashed ? 'hashed' : 'in clear'}</td>
          {hasActions && (
            <td>
              {mayRemove(name) && (
                <Button aria-label={`Remove ${name}`} busy={isBusy} onClick={() => onRemove(name)}>
                  Remove
                </Button>
              )}
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}

function AddHeader() {
  const [name, setName] = useState('');
  const [hmac, setHmac] = useState(true);
  const add = useWrite(() => {
    flash(`${name.trim()} is logged from now on.`);
    setName('');
  });
  return (
    <Form onSend={() => add.mutate(addHeader(name.trim(), hmac))}>
      <TextField
        label="Header"
        placeholder="X-Forwarded-For"
        required
        pattern="\s*[^\/\s]+\s*"
        title="The name of one header"
        value={name}
        onText={setName}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <Checkbox checked={hmac} onCheck={setHmac}>
        Hash its value
      </Checkbox>
      <Failure of={add.error} />
      <div>
        <Button type="submit" busy={add.isPending}>
          Add header
        </Button>
      </div>
    </Form>
  );
}
