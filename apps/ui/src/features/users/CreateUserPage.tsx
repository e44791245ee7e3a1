import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Card } from '../../ui/Card';
import { SecretField, TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { PageHead } from '../../ui/PageHead';
import { HIDDEN_PASSWORD, writeUser } from './calls';
import { changesOf, tokenOptionsOf } from './token-options';
import { OfMount, UserForm } from './UserForm';

const NEW = tokenOptionsOf();

export function CreateUserPage() {
  const { mount } = useParams({ from: '/frame/vault/access/$mount/users/create' });
  const navigate = useNavigate();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [options, setOptions] = useState(NEW);
  // User names are lower-case, whatever is typed.
  const user = username.trim().toLowerCase();
  const write = useWrite(() => {
    flash(`The user ${user} is there.`);
    void navigate({ to: '/vault/access/$mount/users/show/$user', params: { mount, user } });
  });
  const request = (withPassword: string) =>
    writeUser(mount, user, { password: withPassword, ...changesOf(NEW, options) });
  return (
    <>
      <PageHead title="Create a user" note={<OfMount mount={mount} />}>
        <AsCommand request={request(HIDDEN_PASSWORD)} />
      </PageHead>
      <Card title="The user">
        <UserForm
          mount={mount}
          verb="Create user"
          options={options}
          onOptions={setOptions}
          write={write}
          onSend={() => write.mutate(request(password))}
        >
          <TextField
            label="Username"
            help="Whoever has this name already is changed. Capitals count as small letters."
            required
            pattern="[^\/]+"
            title="A name without slashes"
            value={username}
            onText={setUsername}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <SecretField
            label="Password"
            help="At most 72 bytes. It is stored as a hash, and shown to nobody."
            required
            value={password}
            onText={setPassword}
            autoComplete="new-password"
          />
        </UserForm>
      </Card>
    </>
  );
}
