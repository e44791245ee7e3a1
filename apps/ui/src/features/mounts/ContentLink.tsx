import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Kind, KINDS } from './kinds';
import { barePath, type Mount } from './mounts';

/** Pages of what is in a mount. */
const CONTENT = {
  secret: { kv: '/vault/secrets/$mount/kv/list/$' },
  auth: { userpass: '/vault/access/$mount/users' },
} as const;

type Content = (typeof CONTENT)['secret']['kv'] | (typeof CONTENT)['auth']['userpass'];

/** Where what is in it is shown; `undefined`: nowhere. */
export function contentOf(kind: Kind, type: string): Content | undefined {
  const pages: Readonly<Record<string, Content>> = CONTENT[kind];
  return Object.hasOwn(pages, type) ? pages[type] : undefined;
}

interface ContentLinkProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly children: ReactNode;
}

/** Leads to what is in the mount, or, where no page shows that, to its configuration. */
export function ContentLink({ kind, mount, children }: ContentLinkProps) {
  const to = contentOf(kind, mount.type) ?? KINDS[kind].configuration;
  return (
    <Link to={to} params={{ mount: barePath(mount.path), _splat: '' }}>
      {children}
    </Link>
  );
}
