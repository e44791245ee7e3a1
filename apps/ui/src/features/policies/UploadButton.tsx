import { UploadIcon } from '@primer/octicons-react';
import { type ChangeEvent, useRef } from 'react';
import { Button } from '../../ui/Button';
import { bytesOf } from '../../ui/format';
import { flash } from '../../ui/flashes';

const MOST_BYTES = 1024 * 1024;

/** Takes a policy's text from a file of this computer. */
export function UploadButton({ onFile }: { readonly onFile: (name: string, text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const take = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0];
    if (file === undefined) return;
    if (file.size > MOST_BYTES)
      flash(`${file.name} has ${bytesOf(file.size)}: a policy has at most ${bytesOf(MOST_BYTES)}.`, { isError: true });
    else onFile(file.name.replace(/\.(?:hcl|json|txt)$/i, ''), await file.text());
    // The same file may be taken again once it has been changed.
    target.value = '';
  };
  return (
    <>
      <input ref={input} type="file" hidden aria-label="Policy file" onChange={(event) => void take(event)} />
      <Button icon={<UploadIcon />} onClick={() => input.current?.click()}>
        Upload file
      </Button>
    </>
  );
}
