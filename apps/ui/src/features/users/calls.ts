import type { ApiRequest } from '../../api/request';

/** @param mount below `auth/`, as an address names it. */
export const usersPath = (mount: string): string => `auth/${mount.replace(/\/+$/, '')}/users`;

export const userPath = (mount: string, user: string): string => `${usersPath(mount)}/${user}`;

export const readUser = (mount: string, user: string): ApiRequest => ({ method: 'GET', path: userPath(mount, user) });

export const writeUser = (mount: string, user: string, body: Readonly<Record<string, unknown>>): ApiRequest => ({
  method: 'POST',
  path: userPath(mount, user),
  body,
});

export const setPassword = (mount: string, user: string, password: string): ApiRequest => ({
  method: 'POST',
  path: `${userPath(mount, user)}/password`,
  body: { password },
});

export const deleteUser = (mount: string, user: string): ApiRequest => ({
  method: 'DELETE',
  path: userPath(mount, user),
});

/** The mount itself, for whoever may do anything in it. */
export const readMount = (mount: string): ApiRequest => ({
  method: 'GET',
  path: `sys/internal/ui/mounts/auth/${mount.replace(/\/+$/, '')}`,
});

export const LOCKED_USERS = 'sys/locked-users';

export const lockedUsers = (accessor: string): ApiRequest => ({
  method: 'GET',
  path: LOCKED_USERS,
  query: { mount_accessor: accessor },
});

export const unlock = (accessor: string, user: string): ApiRequest => ({
  method: 'POST',
  path: `${LOCKED_USERS}/${accessor}/unlock/${user}`,
});

/** Stands in a command that is shown, where a password is sent. */
export const HIDDEN_PASSWORD = '<password>';
