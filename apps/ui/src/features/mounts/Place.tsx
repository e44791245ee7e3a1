import { HomeIcon, IterationsIcon } from '@primer/octicons-react';
import styles from './MountsPage.module.css';

/** Whether it is on the other clusters of the set, too. */
export const Place = ({ local }: { readonly local: boolean }) => (
  <span className={styles.place}>
    {local ? <HomeIcon /> : <IterationsIcon />} {local ? 'local' : 'replicated'}
  </span>
);
