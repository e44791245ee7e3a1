import type { PrimaryStatus, RefusedMessages, SecondaryStatus } from '@tidelock/api-answers';
import { Link } from '@tanstack/react-router';
import { Alert } from '../../ui/Alert';
import { bytesOf, countOf, durationOf, momentOf } from '../../ui/format';
import { Progress } from '../../ui/Progress';
import { useNow } from '../../ui/useNow';

/** What a person has to know of a primary, each with what it means and what to do. */
export function PrimaryBanners({ status }: { readonly status: PrimaryStatus }) {
  const { stream, journal } = status;
  return (
    <>
      <CommonBanners status={status} />
      {stream?.brokerUp === false && (
        <Alert kind="warn" title="Kafka does not take messages.">
          <p>
            Everything is served as before. {countOf(stream.pendingRows)} mutations wait here (
            {bytesOf(journal.pending_bytes)}) and follow by themselves once it is back.
          </p>
          {stream.lastError !== undefined && <p>{stream.lastError}</p>}
        </Alert>
      )}
      {journal.warning !== undefined && <Alert kind="warn">{journal.warning}</Alert>}
      {stream && <Refused refused={stream.refused} />}
    </>
  );
}

/** The same of a secondary. */
export function SecondaryBanners({ status }: { readonly status: SecondaryStatus }) {
  const { poison, known_difference: difference, last_error: applyError, stream, refused } = status;
  return (
    <>
      <CommonBanners status={status} />
      <Syncing status={status} />
      {poison && (
        <Alert kind="bad" title={`The mutation ${countOf(poison.index)} cannot be applied: the stream stands still.`}>
          <p>{poison.reason}</p>
          <p>
            Recover compares with the primary and goes on; to skip it leaves this cluster without it until the next
            comparison.
          </p>
        </Alert>
      )}
      {applyError !== undefined && (
        <Alert kind="bad" title="The stream cannot be applied; it is tried again.">
          {applyError}
        </Alert>
      )}
      {difference && (
        <Alert
          kind="warn"
          title={`${countOf(difference.records)} records differ from the primary's and cannot be fetched.`}
        >
          {difference.reason}
        </Alert>
      )}
      {stream?.brokerUp === false && (
        <Alert kind="warn" title="Kafka cannot be read; it is tried again.">
          {stream.lastError}
        </Alert>
      )}
      {refused && <Refused refused={refused} />}
    </>
  );
}

function Syncing({ status: { state, sync_progress: progress } }: { readonly status: SecondaryStatus }) {
  if (state !== 'merkle-diff' && state !== 'merkle-sync') return null;
  return (
    <Alert kind="info" title="Syncing in progress">
      <p>This cluster answers meanwhile; what it answers may be older than on the primary.</p>
      {progress && progress.total > 0 && (
        <Progress
          label={`${countOf(progress.done)} of ${countOf(progress.total)} records, ${bytesOf(progress.bytes)}, ${countOf(progress.rate)} per second`}
          done={progress.done}
          total={progress.total}
          left={progress.eta_seconds}
        />
      )}
    </Alert>
  );
}

function CommonBanners({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) {
  const { corrupted_merkle_tree: corrupted, reindex_in_progress: reindexing, quarantined = 0 } = status;
  return (
    <>
      {corrupted && (
        <Alert kind="bad" title="Damaged records were found.">
          They are fetched from the other clusters of the set. If this stays, run a reindex.
        </Alert>
      )}
      {reindexing && <Reindexing status={status} />}
      {quarantined > 0 && (
        <Alert kind="warn" title={`${countOf(quarantined)} mutations are kept aside here.`}>
          They were made after another primary had begun.{' '}
          <Link to="/vault/replication/performance/quarantine">Look at them</Link>, and have them made again there or
          discard them.
        </Alert>
      )}
    </>
  );
}

function Reindexing({ status }: { readonly status: PrimaryStatus | SecondaryStatus }) {
  const { reindex_stage: stage = '', reindex_building_progress: done = 0, reindex_building_total: total = 0 } = status;
  const word = stage === '' ? '' : `: ${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
  return (
    <Alert kind="info" title={`Re-indexing in progress${word}`}>
      <p>It may take long. This cluster answers meanwhile.</p>
      {done > 0 && total > 0 && <Progress label={`${countOf(done)} of ${countOf(total)}`} done={done} total={total} />}
    </Alert>
  );
}

function Refused({ refused: { total, reasons, last } }: { readonly refused: RefusedMessages }) {
  const now = useNow();
  if (total === 0) return null;
  const words = Object.entries(reasons).map(([reason, count]) => `${reason} (${countOf(count)})`);
  const at = last && Date.parse(last.at);
  return (
    <Alert kind="warn" title={`${countOf(total)} messages of the stream were refused, and had no effect.`}>
      <p>
        {words.join(', ')}
        {last &&
          at !== undefined &&
          !Number.isNaN(at) &&
          `; the last one at ${momentOf(at)}, ${durationOf(Math.max(0, now - at))} ago`}
        .
      </p>
      <p>
        Somebody who is not the primary writes to the topic, or an old message came again. Look who may write at the
        broker.
      </p>
    </Alert>
  );
}
