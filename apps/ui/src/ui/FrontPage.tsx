import type { ReactNode } from 'react';
import styles from './FrontPage.module.css';
import { Mark } from './Mark';

/** A page for those who have not signed in: one card over the tide. */
export function FrontPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className={styles.page}>
      <title>{`${title} · Tidelock`}</title>
      <div className={styles.card}>
        <h1>
          <Mark size={34} /> {title}
        </h1>
        {children}
      </div>
      <svg className={styles.tide} viewBox="0 0 1440 140" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 30c240-40 480 60 720 30s480-50 720 0v80H0z" fill="var(--tide-1)" />
        <path d="M0 70c240-40 480 50 720 25s480-40 720 0v45H0z" fill="var(--tide-2)" />
      </svg>
    </main>
  );
}
