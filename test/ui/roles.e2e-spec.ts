import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const MANAGE = '/ui/vault/replication/performance/manage';

// A planned switch of primary and secondary, and the ways out of a set, by clicks. Each test goes on where the one before it ended.
describeInBrowser('changes of the role by clicks', () => {
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let onWest: Page;
  let onEast: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    const order = {
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('ui-roles'),
      storage: 'sqlite' as const,
      config: 'ui = true',
    };
    west = await Cluster.start(order);
    east = await Cluster.start(order);
    await west.enablePrimary();
    await east.join(west, 'east');
    await east.untilInStepWith(west);
    await east.generateRoot();
    onWest = await browser.visit(west.server.address, MANAGE);
    await signIn(onWest, { token: west.rootToken });
    onEast = await browser.visit(east.server.address, MANAGE);
    await signIn(onEast, { token: east.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
  });

  const open = (page: Page, verb: string) => page.getByRole('button', { name: `${verb}…` }).click();
  const dialog = (page: Page) => page.getByRole('dialog');
  const confirm = (page: Page, verb: string) => dialog(page).getByRole('button', { name: verb, exact: true });

  it('says before a promotion that the primary still answers, and promotes nothing', async () => {
    await open(onEast, 'Promote cluster');
    await dialog(onEast).getByText('Never have two primaries.').waitFor();
    await dialog(onEast)
      .getByText(/failed: the primary still answers at .*; demote it first/)
      .waitFor();
    await dialog(onEast).getByLabel('Force promotion of this cluster').waitFor();
    expect(await accessibilityFaults(onEast)).toEqual([]);
    await confirm(onEast, 'Promote').click();
    await dialog(onEast).getByRole('alert').filter({ hasText: 'demote it first' }).waitFor();
    await onEast.keyboard.press('Escape');
    expect(await east.status()).toMatchObject({ mode: 'secondary' });
  });

  it('demotes the primary once the word is typed, and tells who is cut off', async () => {
    await open(onWest, 'Demote cluster');
    await dialog(onWest).getByText('Cut off: east.').waitFor();
    await dialog(onWest).getByLabel('Type Performance to go on').fill('performance');
    expect(await confirm(onWest, 'Confirm').isDisabled()).toBe(true);
    await dialog(onWest).getByLabel('Type Performance to go on').fill('Performance');
    expect(await accessibilityFaults(onWest)).toEqual([]);
    await confirm(onWest, 'Confirm').click();
    await onWest.getByText('This cluster is being demoted to a replication secondary.').first().waitFor();
    await onWest.getByRole('button', { name: 'Promote cluster…' }).waitFor();
    expect(await west.status()).toMatchObject({ mode: 'secondary' });
  });

  it('promotes the secondary, with every check passed', async () => {
    await eventually('a demotion that the other has heard of', async () => (await east.status()).last_remote_wal > 0);
    await open(onEast, 'Promote cluster');
    await dialog(onEast).getByText('passed: the broker answers').waitFor();
    await dialog(onEast)
      .getByText(/passed: the primary does not answer/)
      .waitFor();
    await confirm(onEast, 'Promote').click();
    await onEast.getByRole('button', { name: 'Demote cluster…' }).waitFor();
    expect(await east.status()).toMatchObject({ mode: 'primary', state: 'running' });
  });

  it('has the former primary follow the new one, without a wipe', async () => {
    const { wrap_info: wrapped } = await east.root.must('POST', 'sys/replication/performance/primary/secondary-token', {
      id: 'west',
    });
    await open(onWest, 'Update primary');
    expect(await accessibilityFaults(onWest)).toEqual([]);
    await dialog(onWest).getByLabel('Secondary activation token').fill(wrapped.token);
    await dialog(onWest).getByText(`A token of ${east.server.address}`).waitFor();
    await dialog(onWest).getByRole('button', { name: 'Show what will happen' }).click();
    await dialog(onWest).getByText(`follow the primary at ${east.server.address}, without a wipe`).waitFor();
    expect(await accessibilityFaults(onWest)).toEqual([]);
    expect(await west.status()).toMatchObject({ state: 'idle' });
    await confirm(onWest, 'Update').click();
    await west.untilStreaming();
    await onWest.getByRole('link', { name: 'Details', exact: true }).click();
    await onWest.getByText('stream-wals', { exact: true }).waitFor();
  });

  it('revokes a secondary by its name', async () => {
    await onEast.getByRole('link', { name: /^Secondaries/ }).click();
    await onEast.getByRole('button', { name: 'Revoke west…' }).click();
    await dialog(onEast).getByText('refuse the secondary "west" at once and for good').waitFor();
    expect(await accessibilityFaults(onEast)).toEqual([]);
    await confirm(onEast, 'Revoke').click();
    await onEast.getByText('The secondary west is revoked.').waitFor();
    await onEast.getByText('No performance secondaries are known for this cluster.').waitFor();
  });

  it('leaves the set on either side', async () => {
    for (const [page, cluster] of [
      [onWest, west],
      [onEast, east],
    ] as const) {
      await page.goto(cluster.server.address + MANAGE);
      await open(page, 'Disable replication');
      await dialog(page).getByText('What will happen').waitFor();
      await dialog(page).getByLabel('Type Performance to go on').fill('Performance');
      await confirm(page, 'Disable').click();
      await page.getByRole('heading', { name: 'Enable performance replication' }).waitFor();
      expect(await cluster.status()).toMatchObject({ mode: 'disabled' });
    }
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
