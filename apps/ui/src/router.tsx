import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { SignInPage } from './features/sign-in/SignInPage';
import { sessionStore } from './session/session';
import { Frame } from './shell/Frame';
import { Gate } from './shell/Gate';
import { BrokenPage, NoSuchPage } from './shell/NoSuchPage';

const root = createRootRoute({ component: Gate, notFoundComponent: NoSuchPage, errorComponent: BrokenPage });

interface SignInSearch {
  readonly redirect_to?: string;
  readonly reason?: string;
}

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/vault/replication' });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/vault/auth',
  component: SignInPage,
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

/** Pages of who is signed in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  beforeLoad: ({ location }) => {
    if (sessionStore.get() === undefined) throw redirect({ to: '/vault/auth', search: { redirect_to: location.href } });
  },
});

const overview = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication',
  component: lazyRouteComponent(() => import('./features/replication/OverviewPage'), 'OverviewPage'),
});

const performance = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance',
  component: lazyRouteComponent(() => import('./features/replication/PerformancePage'), 'PerformancePage'),
});

const details = createRoute({
  getParentRoute: () => performance,
  path: '/',
  component: lazyRouteComponent(() => import('./features/replication/DetailsPage'), 'DetailsPage'),
});

const secondaries = createRoute({
  getParentRoute: () => performance,
  path: '/secondaries',
  component: lazyRouteComponent(() => import('./features/replication/SecondariesPage'), 'SecondariesPage'),
});

const manage = createRoute({
  getParentRoute: () => performance,
  path: '/manage',
  component: lazyRouteComponent(() => import('./features/replication/ManagePage'), 'ManagePage'),
});

const addSecondary = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/secondaries/add',
  component: lazyRouteComponent(() => import('./features/replication/AddSecondaryPage'), 'AddSecondaryPage'),
});

const seal = createRoute({
  getParentRoute: () => frame,
  path: '/vault/settings/seal',
  component: lazyRouteComponent(() => import('./features/seal/SealPage'), 'SealPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    signIn,
    init,
    unseal,
    clusterUnseal,
    frame.addChildren([overview, performance.addChildren([details, manage, secondaries]), addSecondary, seal]),
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
