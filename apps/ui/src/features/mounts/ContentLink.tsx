import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Kind, KINDS } from './kinds';
import { barePath, type Mount } from './mounts';

/** Pages of what is in a mount. Their routes are other areas'. */
const CONTENT: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  secret: { kv: '/vault/secrets/$mount/kv/list/$' },
  auth: { userpass: '/vault/access/$mount/users' },
};

/** Where what is in it is shown; `undefined`: nowhere. */
export const contentOf = (kind: Kind, type: string): string | undefined =>
  Object.hasOwn(CONTENT[kind], type) ? CONTENT[kind][type] : undefined;

interface ContentLinkProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly children: ReactNode;
}

/** Leads to what is in the mount, or, where no page shows that, to its configuration. */
export function ContentLink({ kind, mount, children }: ContentLinkProps) {
  const to = contentOf(kind, mount.type) ?? KINDS[kind].configuration;
  return (
    <Link to={to as never} params={{ mount: barePath(mount.path), _splat: '' } as never}>
      {children}
    </Link>
  );
}
