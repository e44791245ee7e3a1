import { lazy, Suspense } from 'react';
import { Skeleton } from '../../ui/Skeleton';
import styles from './kv.module.css';
import { moveByArrows, NameLink, type NamesProps } from './NameLink';

/** Longer lists have only those rows that are in sight. */
const WHOLE = 200;

const LongList = lazy(async () => ({ default: (await import('./LongList')).LongList }));

export function NameList(props: NamesProps) {
  if (props.names.length > WHOLE)
    return (
      <Suspense fallback={<Skeleton lines={6} />}>
        <LongList {...props} />
      </Suspense>
    );
  return (
    <ul className={styles.names} aria-label={props.label} onKeyDown={moveByArrows}>
      {props.names.map((name) => (
        <li key={name}>
          <NameLink {...props} name={name} />
        </li>
      ))}
    </ul>
  );
}
