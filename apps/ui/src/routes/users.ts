import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const users = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/$mount/users',
  component: lazyRouteComponent(() => import('../features/users/UsersPage'), 'UsersPage'),
});

const create = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/$mount/users/create',
  component: lazyRouteComponent(() => import('../features/users/CreateUserPage'), 'CreateUserPage'),
});

const show = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/$mount/users/show/$user',
  component: lazyRouteComponent(() => import('../features/users/UserPage'), 'UserPage'),
});

const edit = createRoute({
  getParentRoute: () => frame,
  path: '/vault/access/$mount/users/edit/$user',
  component: lazyRouteComponent(() => import('../features/users/EditUserPage'), 'EditUserPage'),
});

/** Users of an auth method, which is one segment of the address: slashes in its path are encoded. */
export const userRoutes = [users, create, show, edit] as const;
