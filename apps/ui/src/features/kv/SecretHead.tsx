import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useStatus } from '../../cluster/queries';
import { Alert } from '../../ui/Alert';
import { PageHead } from '../../ui/PageHead';
import { Tabs } from '../../ui/Tabs';
import type { KvMount } from './calls';
import { PathBar } from './PathBar';

interface HeadProps {
  readonly mount: KvMount;
  readonly name: string;
  readonly badge?: string | undefined;
  readonly note?: ReactNode;
  /** What can be done here. */
  readonly children?: ReactNode;
}

const TABS = [
  ['Secret', '/vault/secrets/$mount/kv/show/$'],
  ['Metadata', '/vault/secrets/$mount/kv/metadata/$'],
  ['Version history', '/vault/secrets/$mount/kv/history/$'],
  ['Version Diff', '/vault/secrets/$mount/kv/diff/$'],
] as const;

/** Stands above every page of one secret. */
export function SecretHead({ mount, name, badge, note, children }: HeadProps) {
  return (
    <>
      <PathBar mount={mount.path} name={name} isFolder={false} />
      <PageHead title={name.split('/').at(-1) ?? ''} badge={badge} note={note}>
        {children}
      </PageHead>
      {mount.version === 2 && (
        <Tabs label="This secret">
          {TABS.map(([label, to]) => (
            <Link
              key={to}
              to={to}
              params={{ mount: mount.path, _splat: name }}
              activeOptions={{ includeSearch: false }}
            >
              {label}
            </Link>
          ))}
        </Tabs>
      )}
    </>
  );
}

/** On a secondary: a change is made elsewhere, and comes back. */
export function GoesToPrimary({ mount }: { readonly mount: KvMount }) {
  const { replication } = useStatus();
  if (replication?.mode !== 'secondary' || mount.isLocal) return null;
  return (
    <Alert kind="info">This cluster is a secondary: what you change goes to the primary, and comes back from it.</Alert>
  );
}
