import { PageHead } from '../../ui/PageHead';
import { PathBar } from './PathBar';
import { SecretEditor } from './SecretEditor';
import { WithMount } from './WithMount';

const NOTHING = { data: {}, version: 0 } as const;

export function CreatePage() {
  return (
    <WithMount>
      {(mount, folder) => (
        <>
          <PathBar mount={mount.path} name={folder} isFolder />
          <PageHead title="Create secret" note={`In ${[mount.path, folder].filter(Boolean).join('/')}/`} />
          <SecretEditor mount={mount} folder={folder} initial={NOTHING} />
        </>
      )}
    </WithMount>
  );
}
