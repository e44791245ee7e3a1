import type { ReactNode } from 'react';
import type { Envelope } from '../../api/send';
import { useRead } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { Loaded } from '../../ui/Loaded';
import { type KvMount, readMount } from './calls';
import { usePlace } from './place';

interface MountAnswer {
  readonly type?: string;
  readonly local?: boolean;
  readonly options?: { readonly version?: string } | null;
}

/** What the mount of this page is: its version says how its secrets are reached. */
export function WithMount({ children }: { readonly children: (mount: KvMount, name: string) => ReactNode }) {
  const { mount, name } = usePlace();
  const answer = useRead<Envelope<MountAnswer>>(readMount(mount));
  return (
    <Loaded of={answer}>
      {({ data: { type, local, options } }) =>
        type === 'kv' || type === 'generic' ? (
          children({ path: mount, version: options?.version === '2' ? 2 : 1, isLocal: local === true }, name)
        ) : (
          <Alert kind="bad">
            The secrets engine at {mount}/ is of type {String(type)}. These pages are for kv.
          </Alert>
        )
      }
    </Loaded>
  );
}
