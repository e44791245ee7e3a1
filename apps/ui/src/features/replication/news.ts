import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';

/** Whether there is anything that a person has to know beside the figures: banners are loaded only then. */
export function hasNews(status: PrimaryStatus | SecondaryStatus): boolean {
  const { stream, quarantined = 0 } = status;
  return (
    status.corrupted_merkle_tree ||
    status.reindex_in_progress ||
    quarantined > 0 ||
    stream?.brokerUp === false ||
    (status.mode === 'primary' ? isDisturbed(status) : isStopped(status))
  );
}

const isDisturbed = ({ journal, stream }: PrimaryStatus): boolean =>
  journal.warning !== undefined || (stream?.refused?.total ?? 0) > 0;

const isStopped = ({ state, connection_state, ...status }: SecondaryStatus): boolean =>
  state !== 'stream-wals' ||
  connection_state !== 'ready' ||
  [status.poison, status.last_error, status.known_difference].some((news) => news !== undefined) ||
  (status.refused?.total ?? 0) > 0;
