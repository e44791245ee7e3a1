import { useId } from 'react';
import { durationOf } from './format';
import styles from './Progress.module.css';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Seconds; absent, or 0: not known. */
  readonly left?: number;
}

export function Progress({ label, done, total, left = 0 }: ProgressProps) {
  const id = useId();
  return (
    <div className={styles.progress}>
      <progress aria-labelledby={id} value={Math.min(done, total)} max={total} />
      <p>
        <span id={id}>{label}</span>
        {left > 0 && <span> · about {durationOf(left * 1000)} left</span>}
      </p>
    </div>
  );
}
