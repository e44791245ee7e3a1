import { CheckCircleFillIcon, TrashIcon, XCircleFillIcon } from '@primer/octicons-react';
import styles from './kv.module.css';
import type { VersionState } from './versions';

const ICONS = { available: CheckCircleFillIcon, deleted: TrashIcon, destroyed: XCircleFillIcon } as const;

export function VersionWord({ state }: { readonly state: VersionState }) {
  const Icon = ICONS[state];
  return (
    <span className={styles.state} data-state={state}>
      <Icon /> {state}
    </span>
  );
}
