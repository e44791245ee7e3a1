import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const overview = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication',
  component: lazyRouteComponent(() => import('../features/replication/OverviewPage'), 'OverviewPage'),
});

const performance = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance',
  component: lazyRouteComponent(() => import('../features/replication/PerformancePage'), 'PerformancePage'),
});

const details = createRoute({
  getParentRoute: () => performance,
  path: '/',
  component: lazyRouteComponent(() => import('../features/replication/DetailsPage'), 'DetailsPage'),
});

const secondaries = createRoute({
  getParentRoute: () => performance,
  path: '/secondaries',
  component: lazyRouteComponent(() => import('../features/replication/SecondariesPage'), 'SecondariesPage'),
});

const manage = createRoute({
  getParentRoute: () => performance,
  path: '/manage',
  component: lazyRouteComponent(() => import('../features/replication/ManagePage'), 'ManagePage'),
});

const addSecondary = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/secondaries/add',
  component: lazyRouteComponent(() => import('../features/replication/AddSecondaryPage'), 'AddSecondaryPage'),
});

const revoke = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/secondaries/revoke',
  component: lazyRouteComponent(() => import('../features/replication/RevokePage'), 'RevokePage'),
});

const showFilter = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/secondaries/config/show/$id',
  component: lazyRouteComponent(() => import('../features/replication/ShowFilterPage'), 'ShowFilterPage'),
});

/** `edit` or `create`. */
const editFilter = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/secondaries/config/$verb/$id',
  component: lazyRouteComponent(() => import('../features/replication/EditFilterPage'), 'EditFilterPage'),
});

const quarantine = createRoute({
  getParentRoute: () => frame,
  path: '/vault/replication/performance/quarantine',
  component: lazyRouteComponent(() => import('../features/replication/QuarantinePage'), 'QuarantinePage'),
});

export const replicationRoutes = [
  overview,
  performance.addChildren([details, manage, secondaries]),
  addSecondary,
  revoke,
  showFilter,
  editFilter,
  quarantine,
] as const;
