import type { Page } from 'playwright-core';
import type { State } from './state';

const ON_PRIMARY = { on: 'primary' } as const;

const opens =
  (name: string) =>
  async (page: Page): Promise<void> =>
    page.getByRole('button', { name, exact: true }).first().click();

/** Pages of everyday work. */
export const EVERYDAY_STATES: readonly State[] = [
  { ...ON_PRIMARY, name: 'secrets', what: 'Secrets engines', path: '/vault/secrets', shows: 'payroll/' },
  {
    on: 'filtered',
    name: 'secrets-filtered',
    what: 'Secrets engines of a filtered secondary',
    path: '/vault/secrets',
    shows: 'cubbyhole/',
  },
  { ...ON_PRIMARY, name: 'secrets-enable', what: 'Enabling an engine', path: '/vault/secrets/enable', shows: 'Path' },
  {
    ...ON_PRIMARY,
    name: 'secrets-configuration',
    what: "An engine's configuration",
    path: '/vault/secrets/secret/configuration',
    isWhole: true,
    shows: 'Accessor',
  },
  { ...ON_PRIMARY, name: 'access', what: 'Auth methods', path: '/vault/access', shows: 'userpass/' },
  { ...ON_PRIMARY, name: 'users', what: 'Users', path: '/vault/access/userpass/users', shows: 'reader' },
  {
    ...ON_PRIMARY,
    name: 'user-create',
    what: 'Creating a user',
    path: '/vault/access/userpass/users/create',
    isWhole: true,
    shows: 'Username',
  },
  { ...ON_PRIMARY, name: 'user', what: 'A user', path: '/vault/access/userpass/users/show/tester', shows: 'superuser' },
  { ...ON_PRIMARY, name: 'audit', what: 'Audit devices, none yet', path: '/vault/audit', shows: /audit/i },
  { ...ON_PRIMARY, name: 'audit-enable', what: 'Enabling an audit device', path: '/vault/audit/enable', shows: 'Path' },
  {
    ...ON_PRIMARY,
    name: 'as-command',
    what: 'The same as a command',
    path: '/vault/secrets/enable',
    steps: opens('As command'),
    shows: 'VAULT_TOKEN',
  },
];
