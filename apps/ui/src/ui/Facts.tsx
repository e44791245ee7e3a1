import type { ReactNode } from 'react';
import { CopyButton } from './CopyButton';
import styles from './Facts.module.css';

/** A name and what stands behind it; a third member is copied and shown as code. */
export type Fact = readonly [name: string, value: ReactNode] | readonly [name: string, value: string, kind: 'code'];

export function Facts({ rows }: { readonly rows: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value, kind]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {kind === 'code' ? <code>{value}</code> : value}
            {kind === 'code' && typeof value === 'string' && <CopyButton text={value} of={name} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
