import { EyeClosedIcon, EyeIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { Button } from './Button';
import { CopyButton } from './CopyButton';
import styles from './HiddenText.module.css';

/** A secret that is shown once it is asked for; it can be copied unseen. */
export function HiddenText({ text, of }: { readonly text: string; readonly of: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <pre className={styles.text} tabIndex={0} role="region" aria-label={of}>
        {shown ? text : '••••••••••••'}
      </pre>
      <div className={styles.actions}>
        <Button
          icon={shown ? <EyeClosedIcon /> : <EyeIcon />}
          aria-label={`${shown ? 'Hide' : 'Show'} ${of}`}
          onClick={() => setShown(!shown)}
        >
          {shown ? 'Hide' : 'Show'}
        </Button>
        <CopyButton text={text} of={of} />
      </div>
    </>
  );
}
