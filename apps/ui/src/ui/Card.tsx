import type { ReactNode } from 'react';
import styles from './Card.module.css';

export function Card({
  title,
  badges,
  aside,
  children,
  isBad = false,
}: {
  readonly title: string;
  readonly badges?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly isBad?: boolean;
}) {
  return (
    <section className={styles.card} data-bad={isBad || undefined}>
      <header>
        <h2>
          {title} {badges}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** One figure, large. */
export function Tile({
  title,
  children,
  note,
  isBad = false,
  isOld = false,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  readonly isBad?: boolean;
  /** Whoever knows the present figure does not answer. */
  readonly isOld?: boolean;
}) {
  return (
    <section className={styles.tile} data-bad={isBad || undefined} data-stale={isOld || undefined}>
      <h2>{title}</h2>
      <p className={styles.figure}>{children}</p>
      <p className={styles.note}>{note}</p>
    </section>
  );
}

export const Tiles = ({ children }: { readonly children: ReactNode }) => <div className={styles.tiles}>{children}</div>;
