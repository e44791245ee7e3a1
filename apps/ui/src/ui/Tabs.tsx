import type { ReactNode } from 'react';
import styles from './Tabs.module.css';

/** Links between pages that belong together: each is an address of its own. */
export const Tabs = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <nav className={styles.tabs} aria-label={label}>
    {children}
  </nav>
);
