import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { SecretField, SelectField, TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { test } from './ask';
import { capabilitiesRequest, type Whose } from './calls';
import { PolicyTabs } from './PolicyTabs';
import { TestResults } from './TestResults';

const BY: Readonly<Record<Whose['by'], string>> = {
  self: 'The token of this session',
  token: 'Another token',
  accessor: 'The token of an accessor',
  policies: 'A list of policies',
};

export function TesterPage() {
  const { path: given = '', policy = '' } = useSearch({ from: '/frame/vault/policies/test' });
  const token = useToken();
  const [by, setBy] = useState<Whose['by']>(policy === '' ? 'self' : 'policies');
  const [who, setWho] = useState(policy);
  const [path, setPath] = useState(given);
  // What was asked may be a token: it is forgotten with the page.
  const tested = useMutation({ mutationFn: () => test(token, whoseOf(by, who), pathOf(path)), gcTime: 0 });
  const choose = (next: string): void => {
    setBy(next as Whose['by']);
    setWho('');
    tested.reset();
  };
  // The token itself is never part of a command.
  const request = capabilitiesRequest(whoseOf(by, by === 'token' ? '…' : who), pathOf(path));
  return (
    <>
      <PageHead title="Policies" note="What a token may do with a path, and by which line of which policy.">
        {request && <AsCommand request={request} />}
      </PageHead>
      <PolicyTabs />
      <Card title="Tester">
        <Form onSend={() => tested.mutate()}>
          <SelectField label="Whose capabilities" value={by} onText={choose}>
            {Object.entries(BY).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </SelectField>
          <WhoField by={by} who={who} onText={setWho} />
          <TextField
            label="Path"
            value={path}
            onText={setPath}
            required
            placeholder="secret/data/app"
            help="As in the API, without /v1/. A kv 2 secret is below data/, its names are below metadata/."
            autoComplete="off"
            spellCheck={false}
          />
          <div>
            <Button type="submit" kind="primary" busy={tested.isPending}>
              Test
            </Button>
          </div>
        </Form>
        <Failure of={tested.error} />
      </Card>
      {tested.data && <TestResults result={tested.data} />}
    </>
  );
}

interface WhoProps {
  readonly by: Whose['by'];
  readonly who: string;
  readonly onText: (text: string) => void;
}

function WhoField({ by, who, onText }: WhoProps) {
  const shared = { value: who, onText, required: true, autoComplete: 'off', spellCheck: false };
  if (by === 'self') return null;
  if (by === 'token') return <SecretField label="Token" {...shared} />;
  if (by === 'accessor') return <TextField label="Accessor" {...shared} />;
  return (
    <TextField
      label="Policies"
      help="Names with commas between them. The server is not asked, as it decides for tokens alone."
      {...shared}
    />
  );
}

function whoseOf(by: Whose['by'], who: string): Whose {
  const text = who.trim();
  if (by === 'token') return { by, token: text };
  if (by === 'accessor') return { by, accessor: text };
  if (by === 'self') return { by };
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return { by, policies: [...new Set(names.filter(Boolean))] };
}

const pathOf = (typed: string): string =>
  typed
    .trim()
    .replace(/^\/v1\//, '')
    .replace(/^\/+/, '');
