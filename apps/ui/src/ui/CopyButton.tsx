import { CheckIcon, CopyIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { messageOf } from '../api/errors';
import { Button } from './Button';
import { copyText } from './copy';
import { flash } from './flashes';

/** @param of what is copied, for those who do not see the icon. */
export function CopyButton({ text, of }: { readonly text: string; readonly of: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await copyText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch (error) {
      flash(messageOf(error), { isError: true });
    }
  };
  return (
    <Button
      kind="quiet"
      aria-label={`Copy ${of}`}
      icon={copied ? <CheckIcon /> : <CopyIcon />}
      onClick={() => void copy()}
    >
      {copied && <span role="status">Copied</span>}
    </Button>
  );
}
