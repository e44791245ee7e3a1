import type { ReactNode } from 'react';
import { Badges } from './Badge';
import { headingRef } from './heading';
import styles from './PageHead.module.css';

interface PageHeadProps {
  readonly title: string;
  readonly badge?: string | undefined;
  readonly note?: ReactNode;
  /** What can be done here. */
  readonly children?: ReactNode;
}

export function PageHead({ title, badge, note, children }: PageHeadProps) {
  return (
    <header className={styles.head}>
      <title>{`${title} · Tidelock`}</title>
      <div>
        <h1 ref={headingRef}>
          {title} {badge !== undefined && <Badges words={[badge]} />}
        </h1>
        <p>{note}</p>
      </div>
      <div className={styles.actions}>{children}</div>
    </header>
  );
}
