import type { ReactNode } from 'react';
import styles from './Disclosure.module.css';

/** What few need: under its name until it is opened. */
export const Disclosure = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <details className={styles.disclosure}>
    <summary>{title}</summary>
    <div>{children}</div>
  </details>
);
