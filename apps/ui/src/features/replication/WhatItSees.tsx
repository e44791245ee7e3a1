import { EyeClosedIcon, EyeIcon } from '@primer/octicons-react';
import type { FilterPreview } from '@tidelock/api-answers';
import { useDeferredValue } from 'react';
import { messageOf } from '../../api/errors';
import { Alert } from '../../ui/Alert';
import { countOf } from '../../ui/format';
import { setFilter } from './calls';
import { usePreview } from './change';
import { type Choice, isSame, type Mount, type Sight, sightOf } from './paths-filter';
import styles from './FilterFields.module.css';
import { useSettled } from './useSettled';

interface SightProps {
  readonly id: string;
  readonly isNew: boolean;
  readonly before: Choice;
  readonly choice: Choice;
  readonly mounts: readonly Mount[];
}

/** Computed here, mount by mount; how much that is, the cluster tells. */
export function WhatItSees({ id, isNew, before, choice, mounts }: SightProps) {
  const shown = useDeferredValue(choice);
  const sights = sightOf(mounts, isNew ? shown : before, shown);
  const hidden = sights.filter(({ sees }) => !sees).length;
  return (
    <section className={styles.pane} aria-label={`What ${id || 'it'} will see`}>
      <h3>What {id || 'it'} will see</h3>
      <p role="status">
        {countOf(sights.length - hidden)} of {countOf(sights.length)} replicated mounts
        {hidden > 0 && `, ${countOf(hidden)} hidden`}
      </p>
      <ul className={styles.sights}>
        {sights.map((sight) => (
          <Seen key={sight.path} sight={sight} />
        ))}
      </ul>
      {id !== '' && !isSame(before, choice) && <Totals id={id} isNew={isNew} choice={choice} />}
      <p className={styles.note}>Policies and identities replicate always, local mounts never.</p>
    </section>
  );
}

function Seen({ sight: { path, sees, isNew } }: { readonly sight: Sight }) {
  const word = sees ? 'seen' : 'never leaves the primary';
  return (
    <li data-hidden={!sees || undefined}>
      {sees ? <EyeIcon /> : <EyeClosedIcon />}
      {sees ? <code>{path}</code> : <del>{path}</del>}
      <span>{isNew ? (sees ? 'hidden → seen' : 'seen → deleted there') : word}</span>
    </li>
  );
}

/** Counted by the cluster, once the choice rests. */
function Totals({ id, isNew, choice }: { readonly id: string; readonly isNew: boolean; readonly choice: Choice }) {
  const request = useSettled(setFilter(id, choice));
  const { data, error } = usePreview<FilterPreview>(request, false);
  if (error !== null)
    return (
      <Alert kind="warn" title="It would fail now.">
        {messageOf(error)}
      </Alert>
    );
  if (data === undefined) return <p>Counting the records…</p>;
  const { hidden_mounts: hidden, shown_mounts: shown, records_deleted: deleted, records_sent: sent } = data.data;
  // That nobody has the id yet is why it is being made.
  const warnings = (data.warnings ?? []).filter((text) => !isNew || !text.startsWith('no secondary has the ID'));
  return (
    <>
      <ul className={styles.totals} aria-label="What the change does">
        {hidden.length > 0 && (
          <li>
            Hidden: {hidden.join(', ')}.{' '}
            {recordsThat(
              deleted,
              isNew
                ? ['never leaves the primary', 'never leave the primary']
                : ['is deleted there', 'are deleted there'],
            )}
            .
          </li>
        )}
        {shown.length > 0 && (
          <li>
            Shown: {shown.join(', ')}. {recordsThat(sent, ['is sent', 'are sent'])}.
          </li>
        )}
        {hidden.length + shown.length === 0 && <li>No mount that is there now is hidden or shown by it.</li>}
        <li>
          Forwarding level: {data.data.forwarding}.
          {data.data.forwarding === 'data' && ' What decides about access is written at the primary alone.'}
        </li>
      </ul>
      {warnings.map((text) => (
        <Alert key={text} kind="warn">
          {text}
        </Alert>
      ))}
    </>
  );
}

const recordsThat = (count: number, [one, many]: readonly [string, string]): string =>
  count === 1 ? `1 record ${one}` : `${countOf(count)} records ${many}`;
