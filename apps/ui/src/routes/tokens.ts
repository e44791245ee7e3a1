import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const tokens = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens',
  component: lazyRouteComponent(() => import('../features/tokens/TokensPage'), 'TokensPage'),
});

const create = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens/create',
  component: lazyRouteComponent(() => import('../features/tokens/CreateTokenPage'), 'CreateTokenPage'),
});

/** By its accessor: a token itself is in no address. */
const token = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens/show/$accessor',
  component: lazyRouteComponent(() => import('../features/tokens/TokenPage'), 'TokenPage'),
});

const roles = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens/roles',
  component: lazyRouteComponent(() => import('../features/tokens/RolesPage'), 'RolesPage'),
});

const createRole = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens/roles/create',
  component: lazyRouteComponent(() => import('../features/tokens/RolePages'), 'CreateRolePage'),
});

const editRole = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/tokens/roles/edit/$name',
  component: lazyRouteComponent(() => import('../features/tokens/RolePages'), 'EditRolePage'),
});

export const tokenRoutes = [tokens, create, token, roles, createRole, editRole] as const;
