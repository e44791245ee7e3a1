import { CheckCircleFillIcon, QuestionIcon, SyncIcon, XCircleFillIcon, XIcon } from '@primer/octicons-react';
import type { Health } from './health';
import styles from './HealthIcon.module.css';

const ICONS = {
  ok: CheckCircleFillIcon,
  syncing: SyncIcon,
  bad: XIcon,
  down: XCircleFillIcon,
  unknown: QuestionIcon,
} as const;

/** An icon beside the word that it stands for. */
export function HealthIcon({ health, size = 16 }: { readonly health: Health; readonly size?: number }) {
  const Icon = ICONS[health];
  return (
    <span className={styles[health]} data-health={health}>
      <Icon size={size} />
    </span>
  );
}
