import { XIcon } from '@primer/octicons-react';
import { useSyncExternalStore } from 'react';
import { close, flashStore } from './flashes';
import styles from './Flashes.module.css';

export function Flashes() {
  const flashes = useSyncExternalStore(flashStore.subscribe, flashStore.get);
  return (
    <ul className={styles.flashes} aria-live="polite" aria-label="Messages">
      {flashes.map(({ id, text, isError }) => (
        <li key={id} data-error={isError || undefined}>
          <span>{text}</span>
          <button type="button" aria-label="Close this message" onClick={() => close(id)}>
            <XIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
