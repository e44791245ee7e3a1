import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const seal = createRoute({
  getParentRoute: () => frame,
  path: '/vault/settings/seal',
  component: lazyRouteComponent(() => import('../features/seal/SealPage'), 'SealPage'),
});

const audit = createRoute({
  getParentRoute: () => frame,
  path: '/vault/audit',
  component: lazyRouteComponent(() => import('../features/audit/AuditPage'), 'AuditPage'),
});

const enableAudit = createRoute({
  getParentRoute: () => frame,
  path: '/vault/audit/enable',
  component: lazyRouteComponent(() => import('../features/audit/EnableDevicePage'), 'EnableDevicePage'),
});

export const serverRoutes = [seal, audit, enableAudit] as const;
