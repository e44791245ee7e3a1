import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const SECONDARIES = '/ui/vault/replication/performance/secondaries';
const FILTER = 'sys/replication/performance/primary/paths-filter';
const STRANGE = '100% <b>日本#?';

// What a secondary is given, chosen by clicks before it joins and while it follows. Each test goes on where the one before it ended.
describeInBrowser('paths filters and secondaries by clicks', () => {
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    const order = {
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('ui-filters'),
      storage: 'sqlite' as const,
      config: 'ui = true',
    };
    west = await Cluster.start(order);
    east = await Cluster.start(order);
    await west.enablePrimary();
    for (const path of ['finance', 'team/a', 'team/b', 'plain'])
      await west.root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    await west.root.must('POST', 'sys/remount', { from: 'plain/', to: `${STRANGE}/` });
    await west.root.must('POST', 'sys/mounts/own', { type: 'kv', local: true });
    await west.root.must('POST', 'sys/auth/staff', { type: 'userpass' });
    for (const at of [1, 2, 3]) await west.root.must('POST', `finance/${at}`, { value: 'x' });
    page = await browser.visit(west.server.address, SECONDARIES);
    await signIn(page, { token: west.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
  });

  const dialog = () => page.getByRole('dialog');
  const pane = () => page.getByRole('region', { name: /^What .* will see$/ });
  const row = (id: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: id }) });

  it('offers the replicated mounts alone, and shows what is hidden by a choice', async () => {
    await page.getByText('No performance secondaries are known for this cluster.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Add secondary' }).first().click();
    await page.getByLabel('Secondary ID').fill('east');
    await pane().getByText('5 of 5 replicated mounts').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Allow', { exact: true }).check();
    await page.getByText('Nothing is chosen.').waitFor();
    await page.getByLabel('Deny', { exact: true }).check();
    const offered = await page.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => box.ariaLabel));
    expect(offered.sort()).toEqual(['auth/staff/', 'finance/', 'team/', 'team/a/', 'team/b/', `${STRANGE}/`].sort());
    await page.getByLabel('Search mounts').fill('a/');
    await page.getByLabel('finance/', { exact: true }).waitFor({ state: 'detached' });
    await page.getByLabel('team/', { exact: true }).check();
    await page.getByLabel('Search mounts').fill('');
    expect(await page.getByLabel('team/b/', { exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('finance/', { exact: true }).check();
    await pane().getByText('2 of 5 replicated mounts, 3 hidden').waitFor();
    await pane().getByText('6 records never leave the primary.').waitFor();
    expect(await pane().getByText('never leaves the primary').count()).toBe(3);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('stores the filter before the token is made', async () => {
    const calls: string[] = [];
    const note = (request: { url(): string; method(): string; postData(): string | null }): void => {
      if (request.method() === 'POST' && !(request.postData() ?? '').includes('dry_run'))
        calls.push(new URL(request.url()).pathname.split('/').slice(-2).join('/'));
    };
    page.on('request', note);
    await page.getByRole('button', { name: 'Generate token' }).click();
    const token = await dialog().getByLabel('Activation token').inputValue();
    page.off('request', note);
    expect(calls.filter((call) => !call.startsWith('sys/'))).toEqual(['paths-filter/east', 'primary/secondary-token']);
    expect((await west.root.must('GET', `${FILTER}/east`)).data).toMatchObject({
      mode: 'deny',
      paths: ['finance/', 'team/'],
    });
    await dialog().getByRole('button', { name: 'Close without copying' }).click();
    await row('east').getByText('pending').waitFor();
    await row('east')
      .getByText(/^token good for/)
      .waitFor();
    await row('east').getByText('deny').waitFor();
    await east.root.must('POST', 'sys/replication/performance/secondary/enable', { token });
    east.adoptKeysOf(west);
    await east.untilInStepAs('east', west);
    await row('east').getByText('active').waitFor();
    await row('east').getByText('deny · 3 hidden').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('tells before a change what is shown and hidden by it', async () => {
    await page.getByRole('link', { name: 'Path filter config of east' }).click();
    await page.getByText('deny: all but these').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Edit config' }).click();
    expect(await page.getByRole('button', { name: 'Update' }).isDisabled()).toBe(true);
    await page.getByLabel('finance/', { exact: true }).uncheck();
    await page.getByLabel('auth/staff/', { exact: true }).check();
    await page.getByLabel('Another mount or folder').fill('/later');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Paths without a mount' }).getByText('later/').waitFor();
    await pane().getByText('hidden → seen').waitFor();
    await pane().getByText('seen → deleted there').waitFor();
    await pane().getByText('Hidden: auth/staff/. 1 record is deleted there.').waitFor();
    await pane().getByText('Shown: finance/. 4 records are sent.').waitFor();
    await pane().getByText('no mount is at or below later/').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('The mount filter config of secondary east is saved.').waitFor();
    await page.getByText('later/', { exact: true }).waitFor();
    expect((await west.root.must('GET', `${FILTER}/east`)).data.paths).toEqual(['auth/staff/', 'later/', 'team/']);
  });

  it('removes the filter with a warning, and says that there is none', async () => {
    await page.getByRole('link', { name: 'Edit config' }).click();
    await page.getByLabel('Include everything').check();
    await page.getByText('The filter is removed.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('No config yet').waitFor();
    expect((await west.root.get(`${FILTER}/east`)).status).toBe(404);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Create config' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('No config yet').waitFor();
  });

  it('revokes by name, with what that does told before', async () => {
    await page.getByRole('link', { name: 'Secondaries' }).click();
    await page.getByRole('link', { name: 'Revoke secondary…' }).click();
    await page.getByLabel('Secondary ID').fill('nobody');
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await dialog().getByText('no secondary has the ID "nobody"').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Secondary ID').fill('east');
    await page.getByRole('button', { name: 'Revoke…' }).click();
    await dialog().getByText('The key of its stream is changed').waitFor();
    await dialog().getByText('held the keys of the set').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await west.status()).known_secondary_states).toEqual({ east: 'active' });
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('The secondary east is revoked.').waitFor();
    await page.goto(west.server.address + SECONDARIES);
    await row('east').getByText('revoked').waitFor();
    await page.getByText('No performance secondaries are known for this cluster.').waitFor();
    await eventually('the revocation', async () => (await west.status()).known_secondary_states.east === 'revoked');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
