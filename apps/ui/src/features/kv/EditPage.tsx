import { useState } from 'react';
import { Alert } from '../../ui/Alert';
import { Failure } from '../../ui/Failure';
import { Skeleton } from '../../ui/Skeleton';
import { type Base, baseOf } from './base';
import type { KvMount } from './calls';
import { folderOf } from './place';
import { useMetadata, useSecret } from './secret';
import { SecretEditor } from './SecretEditor';
import { SecretHead } from './SecretHead';
import { WithMount } from './WithMount';

export function EditPage() {
  return <WithMount>{(mount, name) => <Edit key={`${mount.path}:${name}`} mount={mount} name={name} />}</WithMount>;
}

interface EditProps {
  readonly mount: KvMount;
  readonly name: string;
}

/** Once it is read the edit stands by itself: what is read later does not change it. */
function Edit({ mount, name }: EditProps) {
  const secret = useSecret(mount, name);
  const metadata = useMetadata(mount, name);
  // A query that failed forgets its error when it is asked again, as behind each change of the tab.
  const [begun, setBegun] = useState<Base>();
  const isRead = isKnown(secret) && (mount.version === 1 || isKnown(metadata));
  const base = begun ?? (isRead ? baseOf(secret, metadata) : undefined);
  if (base !== begun) setBegun(base);
  if (base === undefined && !isRead) return <Skeleton lines={6} />;
  return (
    <>
      <SecretHead mount={mount} name={name} note={noteFor(mount, base)} />
      {base === undefined ? (
        <Failure of={secret.error} />
      ) : (
        <>
          {base.isUnreadable && (
            <Alert kind="warn" title="You may not read this secret.">
              What you save replaces all of it, whatever it is.
            </Alert>
          )}
          <SecretEditor mount={mount} name={name} folder={folderOf(name)} initial={base} />
        </>
      )}
    </>
  );
}

const isKnown = (query: { readonly data: unknown; readonly error: unknown }): boolean =>
  query.data !== undefined || query.error !== null;

function noteFor(mount: KvMount, base: Base | undefined): string {
  if (base?.version === 0) return 'A new secret.';
  return mount.version === 1 ? 'What you save replaces what is there.' : 'What you save becomes a new version.';
}
