import { type SignedOut, signOut } from '../session/session';
import { flash } from '../ui/flashes';

const SIGNED_OUT: Readonly<Record<SignedOut, string>> = {
  revoked: 'Signed out; the token is revoked.',
  kept: 'Signed out. The token itself goes on: it was not made here.',
  'not revoked': 'Signed out. The server did not answer, so the token itself goes on until its end.',
};

export const leave = async (): Promise<void> => flash(SIGNED_OUT[await signOut()]);
