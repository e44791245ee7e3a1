import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead, useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { SecretField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { Facts } from '../../ui/Facts';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { HIDDEN_PASSWORD, readUser, setPassword, userPath } from './calls';
import { DeleteUserDialog } from './DeleteUserDialog';
import { type TokenOptions, tokenOptionsOf } from './token-options';
import { OfMount } from './UserForm';

export function UserPage() {
  const { mount, user } = useParams({ from: '/frame/vault/access/$mount/users/show/$user' });
  const navigate = useNavigate();
  const path = userPath(mount, user);
  const may = useMay(path, `${path}/password`);
  const read = useRead<Envelope<Readonly<Record<string, unknown>>>>(readUser(mount, user));
  const [open, setOpen] = useState<'password' | 'delete'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <PageHead title={user} note={<OfMount mount={mount} />}>
        <AsCommand request={readUser(mount, user)} />
        {may(`${path}/password`, 'update') && <Button onClick={() => setOpen('password')}>Change password…</Button>}
        {may(path, 'update') && (
          <ButtonLink to="/vault/access/$mount/users/edit/$user" params={{ mount, user }}>
            Edit
          </ButtonLink>
        )}
        {may(path, 'delete') && (
          <Button kind="danger" onClick={() => setOpen('delete')}>
            Delete…
          </Button>
        )}
      </PageHead>
      <Loaded of={read}>
        {({ data }) => (
          <Card title="Tokens of later logins">
            <TokenFacts options={tokenOptionsOf(data)} />
          </Card>
        )}
      </Loaded>
      {open === 'password' && <PasswordDialog mount={mount} user={user} onClose={close} />}
      {open === 'delete' && (
        <DeleteUserDialog
          mount={mount}
          user={user}
          onClose={close}
          onDone={() => void navigate({ to: '/vault/access/$mount/users', params: { mount } })}
        />
      )}
    </>
  );
}

const TokenFacts = ({ options }: { readonly options: TokenOptions }) => (
  <Facts
    rows={[
      ['Token policies', options.token_policies || 'none but “default”'],
      ['TTL', options.token_ttl || "the mount's default"],
      ['Maximum TTL', options.token_max_ttl || "the mount's maximum"],
      ['Explicit maximum TTL', options.token_explicit_max_ttl || 'none'],
      ['Period', options.token_period || 'none'],
      ['Number of uses', options.token_num_uses || 'without limit'],
      ['Bound CIDRs', options.token_bound_cidrs || 'from everywhere'],
      ['Type', options.token_type],
      ['Policy “default”', options.token_no_default_policy ? 'left out' : 'given'],
    ]}
  />
);

interface DialogProps {
  readonly mount: string;
  readonly user: string;
  readonly onClose: () => void;
}

function PasswordDialog({ mount, user, onClose }: DialogProps) {
  const [password, setText] = useState('');
  const write = useWrite(() => {
    flash(`The password of ${user} is changed.`);
    onClose();
  });
  const change = { ...write, mutate: () => write.mutate(setPassword(mount, user, password)) };
  return (
    <ConfirmDialog
      title={`Change the password of ${user}?`}
      verb="Change"
      isReady={password !== ''}
      change={change}
      onClose={onClose}
    >
      <Form onSend={change.mutate}>
        <SecretField
          label="New password"
          help="Tokens that were given before stay as they are: revoke them where the old password is known to others."
          value={password}
          onText={setText}
          autoComplete="new-password"
        />
      </Form>
      <div>
        <AsCommand request={setPassword(mount, user, HIDDEN_PASSWORD)} />
      </div>
    </ConfirmDialog>
  );
}
