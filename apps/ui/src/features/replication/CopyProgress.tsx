import type { SecondaryStatus } from '@tidelock/api-answers';
import { bytesOf, countOf } from '../../ui/format';
import { Progress } from '../../ui/Progress';

/** How far a comparison or a first copy is; nothing while it is not known. */
export function CopyProgress({ of: progress }: { readonly of: SecondaryStatus['sync_progress'] }) {
  if (progress === undefined || progress.total <= 0) return null;
  const { done, total, bytes, rate, eta_seconds: left } = progress;
  return (
    <Progress
      label={`${countOf(done)} of ${countOf(total)} records, ${bytesOf(bytes)}, ${countOf(rate)} per second`}
      done={done}
      total={total}
      left={left}
    />
  );
}
