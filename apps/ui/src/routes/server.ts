import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const seal = createRoute({
  getParentRoute: () => frame,
  path: '/vault/settings/seal',
  component: lazyRouteComponent(() => import('../features/seal/SealPage'), 'SealPage'),
});

export const serverRoutes = [seal] as const;
