import type { WrapInfo } from '../../api/send';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { durationOf, momentOf } from '../../ui/format';
import { useNow } from '../../ui/useNow';

/** A wrapping token, shown once. */
export function Wrapped({ info, title }: { readonly info: WrapInfo; readonly title: string }) {
  const expires = Date.parse(info.creation_time) + info.ttl * 1000;
  return (
    <Card title={title}>
      <p>It is not shown again. Whoever has it opens it, once.</p>
      <Facts
        rows={[
          ['Wrapping token', info.token, 'code'],
          ['Expires', <Expires key="expires" at={expires} />],
        ]}
      />
    </Card>
  );
}

export function Expires({ at }: { readonly at: number }) {
  const left = at - useNow();
  if (Number.isNaN(new Date(at).getTime())) return 'not told';
  return <span title={momentOf(at)}>{left > 0 ? `in ${durationOf(left)}` : 'it has passed'}</span>;
}
