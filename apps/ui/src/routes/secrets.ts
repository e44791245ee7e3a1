import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const engines = createRoute({
  getParentRoute: () => frame,
  path: '/vault/secrets',
  component: lazyRouteComponent(() => import('../features/mounts/MountsPage'), 'SecretsPage'),
});

const enable = createRoute({
  getParentRoute: () => frame,
  path: '/vault/secrets/enable',
  component: lazyRouteComponent(() => import('../features/mounts/EnablePage'), 'EnableSecretsPage'),
});

const configuration = createRoute({
  getParentRoute: () => frame,
  path: '/vault/secrets/$mount/configuration',
  component: lazyRouteComponent(() => import('../features/mounts/ConfigurationPage'), 'SecretsConfigurationPage'),
});

export const secretsRoutes = [engines, enable, configuration] as const;
