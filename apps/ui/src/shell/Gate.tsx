import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useStatus } from '../cluster/queries';

/** Leads to what has to be done first: a cluster that has no keys yet, or has forgotten them, has no other page. */
export function Gate() {
  const { health } = useStatus();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const first = pageFor(health, pathname);
  useEffect(() => {
    if (first !== undefined) void navigate({ to: first, replace: true });
  }, [first, navigate]);
  return <Outlet />;
}

/** @returns `undefined` where the page may stay. The page that shows keys once stays until it is left. */
function pageFor(health: ReturnType<typeof useStatus>['health'], pathname: string) {
  if (health === undefined || pathname === '/vault/init') return undefined;
  if (!health.initialized) return '/vault/init' as const;
  return health.sealed && pathname !== '/vault/unseal' ? ('/vault/unseal' as const) : undefined;
}
