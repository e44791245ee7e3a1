import { ApiError } from '../../api/errors';
import { Alert } from '../../ui/Alert';
import { Failure } from '../../ui/Failure';
import { Skeleton } from '../../ui/Skeleton';
import type { KvMount } from './calls';
import { folderOf } from './place';
import { type Base } from './save';
import { type Metadata, useMetadata, useSecret } from './secret';
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
  const isKnown = (query: { readonly data: unknown; readonly error: unknown }): boolean =>
    query.data !== undefined || query.error !== null;
  if (!isKnown(secret) || (mount.version === 2 && !isKnown(metadata))) return <Skeleton lines={6} />;
  const base = baseOf(secret, metadata.data?.data);
  return (
    <>
      <SecretHead mount={mount} name={name} note={noteFor(mount, base)} />
      {base === undefined ? (
        <Failure of={secret.error} />
      ) : (
        <>
          {base.version === undefined && (
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

/** @returns `undefined`: it cannot be told what is there. */
function baseOf(
  { data: secret, error }: Pick<ReturnType<typeof useSecret>, 'data' | 'error'>,
  metadata: Metadata | undefined,
): Base | undefined {
  const latest = Number(metadata?.current_version ?? 0);
  if (secret !== undefined) return { data: secret.data ?? {}, version: Math.max(secret.version, latest) };
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 404) return { data: {}, version: latest };
  return status === 403 ? { data: {} } : undefined;
}

function noteFor(mount: KvMount, base: Base | undefined): string {
  if (base?.version === 0) return 'A new secret.';
  return mount.version === 1 ? 'What you save replaces what is there.' : 'What you save becomes a new version.';
}
