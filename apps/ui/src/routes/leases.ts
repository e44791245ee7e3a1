import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const leases = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/leases',
  component: lazyRouteComponent(() => import('../features/leases/LeasesPage'), 'LeasesPage'),
});

// Two pages, for an address keeps no slash at its end.
const folder = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/leases/list/$',
  component: lazyRouteComponent(() => import('../features/leases/LeaseFolderPage'), 'LeaseFolderPage'),
});

const lease = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/leases/show/$',
  component: lazyRouteComponent(() => import('../features/leases/LeasePage'), 'LeasePage'),
});

export const leaseRoutes = [leases, folder, lease] as const;
