import { PersonIcon } from '@primer/octicons-react';
import { lazy, Suspense, useState } from 'react';
import { messageOf } from '../api/errors';
import type { Session } from '../session/session';
import { Button } from '../ui/Button';
import { copyText } from '../ui/copy';
import { flash } from '../ui/flashes';
import { Menu } from '../ui/Menu';
import { leave } from './signing-out';

const RevokeTokenDialog = lazy(async () => ({ default: (await import('./RevokeTokenDialog')).RevokeTokenDialog }));

async function copyToken({ token }: Session): Promise<void> {
  try {
    await copyText(token);
    flash('The token is on the clipboard.');
  } catch (error) {
    flash(messageOf(error), { isError: true });
  }
}

interface UserMenuProps {
  readonly session: Session;
  readonly onHelp: () => void;
}

export function UserMenu({ session, onHelp }: UserMenuProps) {
  const [isRevoking, setRevoking] = useState(false);
  const items: readonly (readonly [verb: string, act: () => void])[] = [
    ['Copy token', () => void copyToken(session)],
    ...(session.renewable
      ? [['Renew token', () => void import('./renewal').then(({ renewNow }) => renewNow(session))] as const]
      : []),
    ['Revoke token…', () => setRevoking(true)],
    ['Keyboard shortcuts', onHelp],
    ['Sign out', () => void leave()],
  ];
  return (
    <>
      <Menu name="Who is signed in" label={<PersonIcon />}>
        <h2>{session.name}</h2>
        {items.map(([verb, act]) => (
          <Button key={verb} kind="quiet" onClick={act}>
            {verb}
          </Button>
        ))}
      </Menu>
      {isRevoking && (
        <Suspense>
          <RevokeTokenDialog session={session} onClose={() => setRevoking(false)} />
        </Suspense>
      )}
    </>
  );
}
