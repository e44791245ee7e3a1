import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { accessRoutes } from './routes/access';
import { frame, nowhere, root } from './routes/frame';
import { kvRoutes } from './routes/kv';
import { leaseRoutes } from './routes/leases';
import { policyRoutes } from './routes/policies';
import { replicationRoutes } from './routes/replication';
import { secretsRoutes } from './routes/secrets';
import { serverRoutes } from './routes/server';
import { tokenRoutes } from './routes/tokens';
import { toolRoutes } from './routes/tools';
import { userRoutes } from './routes/users';
import { BrokenPage } from './ui/NoSuchPage';

interface SignInSearch {
  readonly redirect_to?: string;
  readonly reason?: string;
}

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/vault/secrets' });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/vault/auth',
  component: lazyRouteComponent(() => import('./features/sign-in/SignInPage'), 'SignInPage'),
  validateSearch: ({ redirect_to, reason }: Record<string, unknown>): SignInSearch => ({
    ...(typeof redirect_to === 'string' && { redirect_to }),
    ...(typeof reason === 'string' && { reason }),
  }),
});

const init = createRoute({
  getParentRoute: () => root,
  path: '/vault/init',
  component: lazyRouteComponent(() => import('./features/init/InitPage'), 'InitPage'),
});

const unseal = createRoute({
  getParentRoute: () => root,
  path: '/vault/unseal',
  component: lazyRouteComponent(() => import('./features/seal/UnsealPage'), 'UnsealPage'),
});

/** As Vault names it, with the cluster. */
const clusterUnseal = createRoute({
  getParentRoute: () => root,
  path: '/vault/$cluster/unseal',
  beforeLoad: () => {
    throw redirect({ to: '/vault/unseal' });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    signIn,
    init,
    unseal,
    clusterUnseal,
    frame.addChildren([
      ...secretsRoutes,
      ...kvRoutes,
      ...accessRoutes,
      ...userRoutes,
      ...tokenRoutes,
      ...leaseRoutes,
      ...policyRoutes,
      ...toolRoutes,
      ...replicationRoutes,
      ...serverRoutes,
      nowhere,
    ]),
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
  // Of each route: what breaks a page leaves the frame around it.
  defaultErrorComponent: BrokenPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
