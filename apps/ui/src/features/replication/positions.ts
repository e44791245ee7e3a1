import type { KnownSecondary, PrimaryStatus } from '@tidelock/api-answers';
import { amountOf, countOf, durationOf } from '../../ui/format';
import type { Health } from '../../ui/health';

/** Milliseconds that its state is old: as it measures it; by an earlier build, that knows seconds only. */
const lagOf = ({ lag_ms, lag_seconds }: KnownSecondary): number => lag_ms ?? lag_seconds * 1000;

/** How far a secondary is behind, in words. */
export function lagWords(secondary: KnownSecondary): string {
  const { connection_status, lag_mutations: behind } = secondary;
  if (connection_status !== 'connected')
    return behind > 0 ? `disconnected · ${countOf(behind)} behind` : 'disconnected';
  const lag = lagOf(secondary);
  if (behind === 0) return lag === 0 ? 'in step' : durationOf(lag);
  return `${durationOf(lag)} · ${countOf(behind)} behind`;
}

/** Of those that are connected: who is away is told apart. */
export function worstLag(secondaries: readonly KnownSecondary[]): { readonly text: string; readonly note: string } {
  const connected = secondaries.filter(({ connection_status }) => connection_status === 'connected');
  const away = secondaries.length - connected.length;
  const apart = away === 0 ? '' : ` · ${away} disconnected`;
  if (connected.length === 0)
    return { text: '–', note: secondaries.length === 0 ? 'No secondary has joined.' : `${away} disconnected` };
  const behind = Math.max(...connected.map(({ lag_mutations }) => lag_mutations));
  return {
    text: durationOf(Math.max(...connected.map(lagOf))),
    note: behind === 0 ? `${connected.length} in step${apart}` : `${amountOf(behind, 'mutation')} behind${apart}`,
  };
}

/** Whether those in step have the primary's state. Who is behind cannot have it yet, and a filtered one has a tree of its own. */
export function rootsOf({ merkle_root, secondaries }: PrimaryStatus): {
  readonly health: Health;
  readonly word: string;
} {
  const compared = secondaries.filter(
    ({ connection_status, lag_mutations, stream }) =>
      connection_status === 'connected' && lag_mutations === 0 && stream === 'full',
  );
  if (compared.length === 0) return { health: 'unknown', word: 'not compared' };
  return compared.every((secondary) => secondary.merkle_root === merkle_root)
    ? { health: 'ok', word: 'agree' }
    : { health: 'bad', word: 'differ' };
}
