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

const keys = createRoute({
  getParentRoute: () => frame,
  path: '/vault/settings/keys',
  component: lazyRouteComponent(() => import('../features/keys/KeysPage'), 'KeysPage'),
});

const generateRoot = createRoute({
  getParentRoute: () => frame,
  path: '/vault/generate-root',
  component: lazyRouteComponent(() => import('../features/keys/GenerateRootPage'), 'GenerateRootPage'),
});

export const serverRoutes = [seal, keys, audit, enableAudit, generateRoot] as const;
