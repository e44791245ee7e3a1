import type { Page } from 'playwright-core';
import { EVERYDAY_STATES } from './everyday-states';
import { RARE_STATES } from './rare-states';
import type { State } from './state';

const PERFORMANCE = '/vault/replication/performance';
const MANAGE = `${PERFORMANCE}/manage`;
/** So that the chart of lag has a while to show. */
const HISTORY_MS = 60_000;

const opens =
  (name: string) =>
  async (page: Page): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click();

/** In this order: what one brings the set to is there for the next. */
export const STATES: readonly State[] = [
  { name: 'init', what: 'A server without keys', on: 'fresh', path: '/', shows: 'Key shares' },
  { name: 'unseal', what: 'A sealed server', on: 'sealed', path: '/', shows: /1 of 3/ },
  {
    name: 'sign-in',
    what: 'Sign-in',
    on: 'primary',
    path: '/',
    as: 'nobody',
    steps: async (page) => void (await page.getByLabel('Method').selectOption('Username')),
    shows: 'Password',
  },
  {
    name: 'sign-in-refused',
    what: 'Sign-in, a wrong password',
    on: 'primary',
    path: '/',
    as: 'nobody',
    async steps(page) {
      await page.getByLabel('Method').selectOption('Username');
      await page.getByLabel('Username').fill('tester');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    shows: /Authentication failed/,
  },
  { name: 'seal', what: 'The seal', on: 'primary', path: '/vault/settings/seal', shows: /Seal…/ },
  {
    name: 'overview-off',
    what: 'Replication, off',
    on: 'single',
    path: '/vault/replication',
    shows: 'Disaster Recovery',
  },
  { name: 'enable-primary', what: 'Enabling a primary', on: 'single', path: PERFORMANCE, shows: 'Enable Replication' },
  {
    name: 'enable-secondary',
    isWhole: true,
    what: 'Joining a set: what will be wiped',
    on: 'single',
    path: PERFORMANCE,
    async steps(page, { activationToken }) {
      await page.getByLabel('Cluster mode').selectOption('secondary');
      await page.getByLabel('Secondary activation token').fill(activationToken);
    },
    shows: 'What will be wiped',
  },
  {
    name: 'details-primary',
    what: 'A primary and its secondaries',
    on: 'primary',
    path: PERFORMANCE,
    before: () => new Promise((wake) => setTimeout(wake, HISTORY_MS)),
    shows: 'Last 5 minutes',
    isWhole: true,
  },
  {
    name: 'overview-primary',
    what: 'Replication, on a primary',
    on: 'primary',
    path: '/vault/replication',
    shows: 'known_secondaries',
  },
  {
    name: 'overview-secondary',
    what: 'Replication, on a secondary',
    on: 'secondary',
    path: '/vault/replication',
    shows: 'last_remote_wal',
  },
  {
    name: 'status-menu',
    what: 'The status menu',
    on: 'secondary',
    path: '/vault/replication',
    steps: opens('Status'),
    shows: 'Performance Secondary',
  },
  {
    name: 'details-secondary',
    isWhole: true,
    what: 'A secondary',
    on: 'secondary',
    path: PERFORMANCE,
    shows: 'Last 5 minutes',
  },
  {
    name: 'details-filtered',
    isWhole: true,
    what: 'A filtered secondary',
    on: 'filtered',
    path: PERFORMANCE,
    shows: /filtered/,
  },
  {
    name: 'lag-table',
    what: 'Lag, as a table',
    on: 'primary',
    path: PERFORMANCE,
    steps: opens('Table'),
    shows: 'Time',
  },
  {
    name: 'secondaries',
    what: 'Secondaries',
    on: 'primary',
    path: `${PERFORMANCE}/secondaries`,
    shows: 'not joined yet',
  },
  {
    name: 'revoke',
    what: 'Revoking a secondary',
    on: 'primary',
    path: `${PERFORMANCE}/secondaries`,
    steps: opens('Revoke eu-west…'),
    shows: 'It is refused at once',
  },
  {
    name: 'add-secondary',
    what: 'Adding a secondary',
    on: 'primary',
    path: `${PERFORMANCE}/secondaries/add`,
    shows: 'Generate token',
  },
  {
    name: 'activation-token',
    what: 'An activation token, shown once',
    on: 'primary',
    path: `${PERFORMANCE}/secondaries/add`,
    async steps(page) {
      await page.getByLabel('Secondary ID').fill('af-south');
      await page.getByRole('button', { name: 'Generate token' }).click();
    },
    shows: 'Copy your token',
  },
  {
    name: 'manage-primary',
    isWhole: true,
    what: 'Changes of a primary',
    on: 'primary',
    path: MANAGE,
    shows: 'Demote cluster…',
  },
  {
    name: 'manage-secondary',
    isWhole: true,
    what: 'Changes of a secondary',
    on: 'secondary',
    path: MANAGE,
    shows: 'Update primary…',
  },
  {
    name: 'demote',
    what: 'Before a demotion',
    on: 'primary',
    path: MANAGE,
    steps: opens('Demote cluster…'),
    shows: /Cut off/,
  },
  {
    name: 'promote',
    what: 'Before a promotion, checks failed',
    on: 'secondary',
    path: MANAGE,
    steps: opens('Promote cluster…'),
    shows: /the primary still answers/,
  },
  {
    name: 'update-primary',
    what: 'Following another primary',
    on: 'secondary',
    path: MANAGE,
    steps: opens('Update primary…'),
    shows: 'Secondary activation token',
  },
  {
    name: 'disable',
    what: 'Before replication is disabled',
    on: 'secondary',
    path: MANAGE,
    steps: opens('Disable replication…'),
    shows: 'What will happen',
  },
  {
    name: 'no-such-page',
    what: 'An address that leads nowhere',
    on: 'primary',
    path: '/vault/nowhere',
    shows: 'There is no such page',
  },
  ...EVERYDAY_STATES,
  ...RARE_STATES,
  {
    name: 'details-away',
    isWhole: true,
    what: 'A secondary that is not heard',
    on: 'primary',
    path: PERFORMANCE,
    before: ({ away }) => away.server.kill(),
    shows: /disconnected/,
  },
];
