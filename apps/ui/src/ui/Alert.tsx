import { AlertIcon, InfoIcon, StopIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import styles from './Alert.module.css';

const ICONS = { info: InfoIcon, warn: AlertIcon, bad: StopIcon } as const;

/** Something that a person has to know here. What is bad is read out at once. */
export function Alert({
  kind,
  title,
  children,
}: {
  readonly kind: keyof typeof ICONS;
  readonly title?: string;
  readonly children?: ReactNode;
}) {
  const Icon = ICONS[kind];
  return (
    <div className={`${styles.alert} ${styles[kind]}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
