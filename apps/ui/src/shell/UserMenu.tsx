import { useNavigate } from '@tanstack/react-router';
import { PersonIcon } from '@primer/octicons-react';
import { type Session, signOut } from '../session/session';
import { Button } from '../ui/Button';
import { copyText } from '../ui/copy';
import { flash } from '../ui/flashes';
import { Menu } from './Menu';

export function UserMenu({ session }: { readonly session: Session }) {
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    const revoked = await signOut();
    flash(
      revoked ? 'Signed out; the token is revoked.' : 'Signed out. The token itself goes on: it was not made here.',
    );
    await navigate({ to: '/vault/auth' });
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
