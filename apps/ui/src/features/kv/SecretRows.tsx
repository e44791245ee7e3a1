import { EyeClosedIcon, EyeIcon } from '@primer/octicons-react';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/CopyButton';
import { type SecretData, shownAs } from '../../api/exact-json';
import styles from './kv.module.css';
import type { Revealed } from './useRevealed';

const MASK = '••••••••';

/** Keys and values; a value is shown when it is asked for. */
export function SecretRows({ data, revealed }: { readonly data: SecretData; readonly revealed: Revealed }) {
  const rows = Object.entries(data);
  if (rows.length === 0) return <p>This version has no keys.</p>;
  return (
    <dl className={styles.rows}>
      {rows.map(([key, value]) => {
        const isShown = revealed.isShown(key);
        return (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              {isShown ? (
                <pre tabIndex={0} aria-label={`Value of ${key}`} role="region">
                  {shownAs(value)}
                </pre>
              ) : (
                <MaskedValue />
              )}
              <Button
                kind="quiet"
                aria-label={`${isShown ? 'Hide' : 'Show'} ${key}`}
                icon={isShown ? <EyeClosedIcon /> : <EyeIcon />}
                onClick={() => revealed.toggle(key)}
              />
              <CopyButton text={shownAs(value)} of={key} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

export const MaskedValue = () => (
  <span className={styles.mask}>
    <span aria-hidden="true">{MASK}</span>
    <span className="visually-hidden">hidden</span>
  </span>
);
