import { type ReactNode, useState } from 'react';
import { textOf } from '../../api/exact-json';
import type { ApiRequest } from '../../api/request';
import type { Envelope } from '../../api/send';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { SecretField } from '../../ui/Field';
import { durationOf, momentOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { HiddenText } from '../../ui/HiddenText';
import { lookUp, rewrap, unwrap } from './calls';
import styles from './tools.module.css';
import { useTool } from './useTool';
import { Expires, Wrapped } from './Wrapped';

interface WrappingFormProps {
  readonly verb: string;
  readonly request: (token: string) => ApiRequest;
  readonly call: Pick<ReturnType<typeof useTool>, 'error' | 'isPending'> & { mutate(request: ApiRequest): void };
  readonly note?: ReactNode;
}

function WrappingForm({ verb, request, call, note }: WrappingFormProps) {
  const [token, setToken] = useState('');
  return (
    <Card title="The token">
      <Form onSend={() => call.mutate(request(token))}>
        <SecretField label="Wrapping token" help={note} required value={token} onText={setToken} autoComplete="off" />
        <Failure of={call.error} />
        <div className={styles.actions}>
          <Button type="submit" kind="primary" busy={call.isPending}>
            {verb}
          </Button>
          {/* A shell keeps what is typed: the token is left out. */}
          <AsCommand request={request('<token>')} />
        </div>
      </Form>
    </Card>
  );
}

interface Known {
  readonly creation_path?: unknown;
  readonly creation_time?: unknown;
  readonly creation_ttl?: unknown;
}

export function LookupTool() {
  const call = useTool<Envelope<Known>>();
  const known = call.data?.data;
  return (
    <>
      <WrappingForm verb="Look up" request={lookUp} call={call} note="It is not used up by this." />
      {known !== undefined && <KnownCard known={known} />}
    </>
  );
}

function KnownCard({ known }: { readonly known: Known }) {
  const made = Date.parse(String(known.creation_time));
  const ttl = Number(known.creation_ttl) * 1000;
  return (
    <Card title="What is known">
      <Facts
        rows={[
          ['Made at the path', <code key="path">{String(known.creation_path ?? '')}</code>],
          ['Made', Number.isNaN(made) ? 'not told' : momentOf(made)],
          ['Life', Number.isNaN(ttl) ? 'not told' : durationOf(ttl)],
          ['Expires', <Expires key="expires" at={made + ttl} />],
        ]}
      />
    </Card>
  );
}

export function UnwrapTool() {
  const call = useTool<Envelope<unknown>>();
  const answer = call.data;
  // What a login or another wrapped call has answered stands beside the data.
  const content = answer === undefined ? undefined : (answer.data ?? answer.auth ?? answer.wrap_info);
  return (
    <>
      <WrappingForm verb="Unwrap" request={unwrap} call={call} note="Behind this it is dead, whatever it held." />
      {call.isSuccess && (
        <Card title="What was wrapped">
          {content === undefined || content === null ? (
            <p>Nothing: the answer that was wrapped was empty.</p>
          ) : (
            <HiddenText text={textOf(content)} of="what was wrapped" />
          )}
        </Card>
      )}
    </>
  );
}

export function RewrapTool() {
  const call = useTool<Envelope<null>>();
  return (
    <>
      <WrappingForm verb="Rewrap" request={rewrap} call={call} note="It dies, and the new one lives as long anew." />
      {call.data?.wrap_info && <Wrapped title="Rewrapped" info={call.data.wrap_info} />}
    </>
  );
}
