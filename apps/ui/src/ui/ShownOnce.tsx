import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Alert } from './Alert';
import { Button } from './Button';
import { Checkbox } from './Checkbox';
import { CopyButton } from './CopyButton';
import { download } from './download';
import styles from './ShownOnce.module.css';

interface ShownOnceProps {
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** What the file that is downloaded is called, and has in it. */
  readonly file: { readonly name: string; readonly content: object };
  /** On the button that leaves. */
  readonly next: string;
  readonly onNext: () => void;
  /** What is lost without them. */
  readonly children: ReactNode;
}

/** Secrets that the server tells once and keeps nowhere: who leaves says that they have them. */
export function ShownOnce({ rows, file, next, onNext, children }: ShownOnceProps) {
  const [stored, setStored] = useState(false);
  useBlocker({ shouldBlockFn: () => !stored, enableBeforeUnload: () => !stored });
  const isOne = rows.length === 1;
  return (
    <>
      <Alert kind="warn" title={isOne ? 'It is not shown again.' : 'They are not shown again.'}>
        {children}
      </Alert>
      <dl className={styles.keys}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code> <CopyButton text={value} of={name} />
            </dd>
          </div>
        ))}
      </dl>
      <div>
        <Button onClick={() => download(JSON.stringify(file.content, null, 2), file.name, 'application/json')}>
          Download
        </Button>
      </div>
      <Checkbox checked={stored} onCheck={setStored}>
        I have stored {isOne ? 'it' : 'them'}
      </Checkbox>
      <div>
        <Button kind="primary" disabled={!stored} onClick={onNext}>
          {next}
        </Button>
      </div>
    </>
  );
}
