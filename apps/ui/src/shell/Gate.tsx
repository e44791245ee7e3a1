import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useStatus } from '../cluster/queries';
import { type Ending, onEnd } from '../session/session';

/** Leads to what has to be done first: a cluster that has no keys yet, or has forgotten them, has no other page. */
export function Gate() {
  const { health } = useStatus();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const first = pageFor(health, pathname);
  useEndOfSession();
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

/** Pages that need nobody. */
const OUTSIDE: readonly string[] = ['/vault/auth', '/vault/init', '/vault/unseal'];
/** Behind these whoever signs in goes on where they were. */
const COMES_BACK: readonly (Ending | undefined)[] = ['ended', 'idle', 'unknown'];

/** Nothing that was read with the token outlives it. */
function useEndOfSession(): void {
  const router = useRouter();
  const queries = useQueryClient();
  useEffect(
    () =>
      onEnd((_, why) => {
        queries.clear();
        const { pathname, href } = router.state.location;
        if (OUTSIDE.includes(pathname)) return;
        const search = { ...(why && { reason: why }), ...(COMES_BACK.includes(why) && { redirect_to: href }) };
        void router.navigate({ to: '/vault/auth', search });
      }),
    [router, queries],
  );
}
