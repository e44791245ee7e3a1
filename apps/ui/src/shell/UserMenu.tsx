import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { PersonIcon } from '@primer/octicons-react';
import { type Session, type SignedOut, signOut } from '../session/session';
import { Button } from '../ui/Button';
import { copyText } from '../ui/copy';
import { flash } from '../ui/flashes';
import { Menu } from '../ui/Menu';

const SIGNED_OUT: Readonly<Record<SignedOut, string>> = {
  revoked: 'Signed out; the token is revoked.',
  kept: 'Signed out. The token itself goes on: it was not made here.',
  'not revoked': 'Signed out. The server did not answer, so the token itself goes on until its end.',
};

export function UserMenu({ session }: { readonly session: Session }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async (): Promise<void> => {
    const ending = signOut();
    queries.clear();
    await navigate({ to: '/vault/auth' });
    flash(SIGNED_OUT[await ending]);
  };
  return (
    <Menu name="Who is signed in" label={<PersonIcon />}>
      <h2>{session.name}</h2>
      <Button
        kind="quiet"
        onClick={() => void copyText(session.token).then(() => flash('The token is on the clipboard.'))}
      >
        Copy token
      </Button>
      <Button kind="quiet" onClick={() => void leave()}>
        Sign out
      </Button>
    </Menu>
  );
}
