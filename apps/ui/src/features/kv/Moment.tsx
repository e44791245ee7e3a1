import { momentOf } from '../../ui/format';

const short = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A time as the API tells it, in this browser's zone; the other zone is in its title. */
export function Moment({ at }: { readonly at: string | undefined }) {
  const moment = Date.parse(at ?? '');
  if (Number.isNaN(moment)) return <>{at || '–'}</>;
  return (
    <time dateTime={at} title={momentOf(moment)}>
      {short.format(moment)}
    </time>
  );
}
