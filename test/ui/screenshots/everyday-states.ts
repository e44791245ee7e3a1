import type { Page } from 'playwright-core';
import type { State } from './state';

const ON_PRIMARY = { on: 'primary' } as const;
const KV = '/vault/secrets/secret/kv';

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
  { ...ON_PRIMARY, name: 'kv-list', what: 'Folders and secrets', path: `${KV}/list/`, shows: 'payments/' },
  {
    ...ON_PRIMARY,
    name: 'kv-search',
    what: 'Secrets below a folder, searched',
    path: `${KV}/list/`,
    async steps(page) {
      await page.getByRole('searchbox').first().fill('api');
      await page.getByRole('button', { name: 'Search below here' }).click();
    },
    shows: 'payments/api',
  },
  { ...ON_PRIMARY, name: 'kv-show', what: 'A secret', path: `${KV}/show/payments/api`, shows: 'password' },
  {
    ...ON_PRIMARY,
    name: 'kv-edit',
    what: 'A new version of a secret',
    path: `${KV}/edit/payments/api`,
    isWhole: true,
    shows: 'Secret data',
  },
  { ...ON_PRIMARY, name: 'kv-history', what: 'Its versions', path: `${KV}/history/payments/api`, shows: 'Versions' },
  { ...ON_PRIMARY, name: 'kv-diff', what: 'Two versions compared', path: `${KV}/diff/payments/api`, shows: 'password' },
  { ...ON_PRIMARY, name: 'kv-metadata', what: 'Its metadata', path: `${KV}/metadata/payments/api`, shows: /metadata/i },
  {
    on: 'secondary',
    name: 'kv-secondary',
    what: 'A secret, on a secondary',
    path: `${KV}/show/payments/api`,
    shows: 'password',
  },
  { ...ON_PRIMARY, name: 'policies', what: 'Policies', path: '/vault/policies/acl', shows: 'superuser' },
  {
    ...ON_PRIMARY,
    name: 'policy-edit',
    what: 'The editor of a policy, with a mistake',
    path: '/vault/policies/acl/payments/edit',
    async steps(page) {
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('path "secret/*" { capabilities = ["raed"] }');
    },
    isWhole: true,
    shows: /raed/,
  },
  {
    ...ON_PRIMARY,
    name: 'policy-test',
    what: 'What a token may do with a path',
    path: '/vault/policies/test?path=secret/data/payments/api',
    isWhole: true,
    shows: 'Tester',
  },
  { ...ON_PRIMARY, name: 'tokens', what: 'Tokens', path: '/vault/access/tokens', isWhole: true, shows: /accessor/i },
  {
    ...ON_PRIMARY,
    name: 'token-create',
    what: 'Making a token',
    path: '/vault/access/tokens/create',
    isWhole: true,
    shows: /policies/i,
  },
  { ...ON_PRIMARY, name: 'leases', what: 'Leases', path: '/vault/access/leases', shows: 'Lease ID' },
  { ...ON_PRIMARY, name: 'tools-wrap', what: 'Wrapping', path: '/vault/tools/wrap', shows: /Time to Live/ },
  { ...ON_PRIMARY, name: 'tools-random', what: 'Random bytes', path: '/vault/tools/random', shows: 'Random' },
  {
    ...ON_PRIMARY,
    name: 'keys',
    what: 'Keys: rekey and rotate',
    path: '/vault/settings/keys',
    isWhole: true,
    shows: /rotate/i,
  },
  {
    ...ON_PRIMARY,
    name: 'generate-root',
    what: 'Generating a root token',
    path: '/vault/generate-root',
    shows: 'Attempt',
  },
  {
    ...ON_PRIMARY,
    name: 'filter-edit',
    what: "A filter's change, before it is saved",
    path: '/vault/replication/performance/secondaries/config/edit/eu-west',
    isWhole: true,
    shows: /eu-west/,
  },
  {
    ...ON_PRIMARY,
    name: 'palette',
    what: 'The palette',
    path: '/vault/secrets',
    async steps(page) {
      await page.getByText('payroll/').first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill('pol');
    },
    shows: 'Policies',
  },
  {
    ...ON_PRIMARY,
    name: 'shortcuts',
    what: 'Keyboard shortcuts',
    path: '/vault/secrets',
    async steps(page) {
      await page.getByText('payroll/').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
    shows: 'These keys',
  },
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
