import type { ReactNode } from 'react';
import { messageOf } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import { Alert } from '../../ui/Alert';
import { amountOf } from '../../ui/format';
import { HealthIcon } from '../../ui/HealthIcon';
import styles from './WhatWillHappen.module.css';
import { type Preview, usePreview } from './change';

/** What the cluster itself says a change would do, asked again while it is looked at. */
export function WhatWillHappen<Data extends Preview = Preview>({
  request,
  more,
  once = false,
}: {
  readonly request: ApiRequest;
  /** What else is told of it. */
  readonly more?: (data: Data, warnings: readonly string[]) => ReactNode;
  /** Not again by itself: it sends a token away, or calls others. */
  readonly once?: boolean;
}) {
  const { data, error } = usePreview<Data>(request, !once);
  if (error !== null)
    return (
      <Alert kind="warn" title="It would fail now.">
        {messageOf(error)}
      </Alert>
    );
  if (data === undefined) return <p role="status">Asking what it would do…</p>;
  return (
    <section className={styles.preview}>
      <h3>What will happen</h3>
      <p>This cluster would {data.data.would}.</p>
      <Losses preview={data.data} />
      {more?.(data.data, data.warnings ?? [])}
      <Checks checks={data.data.checks ?? []} />
    </section>
  );
}

function Losses({ preview }: { readonly preview: Preview }) {
  const { secondaries_cut_off: cut, unpublished_mutations: unpublished = 0, lost_mutations: lost = 0 } = preview;
  return (
    <ul>
      {cut !== undefined && <li>{cut.length === 0 ? 'No secondary is cut off.' : `Cut off: ${cut.join(', ')}.`}</li>}
      {unpublished > 0 && <li>Not in Kafka yet: {amountOf(unpublished, 'mutation')}. Wait until there is none.</li>}
      {lost > 0 && <li>Not arrived here, and lost: {amountOf(lost, 'mutation')} of the primary.</li>}
    </ul>
  );
}

function Checks({ checks }: { readonly checks: NonNullable<Preview['checks']> }) {
  if (checks.length === 0) return null;
  return (
    <ul aria-label="Safety checks" className={styles.checks}>
      {checks.map(({ name, passed, detail }) => (
        <li key={name}>
          <HealthIcon health={passed ? 'ok' : 'down'} />
          <span>
            {passed ? 'passed' : 'failed'}: {detail}
          </span>
        </li>
      ))}
    </ul>
  );
}
