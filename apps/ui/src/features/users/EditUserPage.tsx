import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Card } from '../../ui/Card';
import { flash } from '../../ui/flashes';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { readUser, writeUser } from './calls';
import { changesOf, type TokenOptions, tokenOptionsOf } from './token-options';
import { OfMount, UserForm } from './UserForm';

export function EditUserPage() {
  const { mount, user } = useParams({ from: '/frame/vault/access/$mount/users/edit/$user' });
  const read = useRead<Envelope<Readonly<Record<string, unknown>>>>(readUser(mount, user));
  return (
    <Loaded of={read}>
      {({ data }) => <EditForm key={user} mount={mount} user={user} stored={tokenOptionsOf(data)} />}
    </Loaded>
  );
}

interface EditFormProps {
  readonly mount: string;
  readonly user: string;
  readonly stored: TokenOptions;
}

function EditForm({ mount, user, stored }: EditFormProps) {
  const navigate = useNavigate();
  // As it was when the form was opened: what is read anew meanwhile changes nothing that somebody types.
  const [before] = useState(stored);
  const [options, setOptions] = useState(stored);
  const write = useWrite(() => {
    flash(`The user ${user} is changed.`);
    void navigate({ to: '/vault/access/$mount/users/show/$user', params: { mount, user } });
  });
  const request = writeUser(mount, user, changesOf(before, options));
  return (
    <>
      <PageHead title={`Edit ${user}`} note={<OfMount mount={mount} />}>
        <AsCommand request={request} />
      </PageHead>
      <Card title="Tokens of later logins">
        <UserForm
          mount={mount}
          verb="Save"
          options={options}
          onOptions={setOptions}
          write={write}
          onSend={() => write.mutate(request)}
        />
      </Card>
    </>
  );
}
