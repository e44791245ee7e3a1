import { messageOf } from '../api/errors';
import { renewed } from '../session/keeper';
import type { Session } from '../session/session';
import { renew } from '../session/tabs';
import { flash } from '../ui/flashes';
import { momentOf } from '../ui/format';

/** As its holder asks for it. */
export async function renewNow(session: Session): Promise<void> {
  try {
    const next = await renewed(session);
    renew(next);
    const end = next.expires === undefined ? 'has no end' : `ends at ${momentOf(next.expires)}`;
    flash(next.renewable ? `The session ${end}.` : `The session ${end}, and cannot be renewed any further.`);
  } catch (error) {
    flash(messageOf(error), { isError: true });
  }
}
