import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const methods = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access',
  component: lazyRouteComponent(() => import('../features/mounts/MountsPage'), 'AccessPage'),
});

const enable = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/enable',
  component: lazyRouteComponent(() => import('../features/mounts/EnablePage'), 'EnableAccessPage'),
});

const configuration = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/$mount/configuration',
  component: lazyRouteComponent(() => import('../features/mounts/ConfigurationPage'), 'AccessConfigurationPage'),
});

export const accessRoutes = [methods, enable, configuration] as const;
