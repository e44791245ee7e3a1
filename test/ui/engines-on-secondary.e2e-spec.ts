import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const FILTER = 'sys/replication/performance/primary/paths-filter/east';

// Mounts as a secondary shows and changes them. Each test goes on where the one before it ended.
describeInBrowser('secrets engines on a secondary by clicks', () => {
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    const order = { kafka: KAFKA, topicPrefix: newTopicPrefix('ui-engines'), storage: 'sqlite' as const };
    west = await Cluster.start(order);
    east = await Cluster.start({ ...order, config: 'ui = true\nreplication { forward_mounts = true }' });
    await west.enablePrimary();
    await east.join(west, 'east');
    await east.generateRoot();
    page = await browser.visit(east.server.address, '/ui/vault/secrets/enable');
    await signIn(page, { token: east.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
  });

  const dialog = () => page.getByRole('dialog');
  const row = (path: string) => page.getByRole('row').filter({ has: page.getByText(path, { exact: true }) });
  const mountsOf = async (cluster: Cluster) => (await cluster.root.must('GET', 'sys/mounts')).data;
  const configuration = async (path: string) => {
    await page.getByRole('button', { name: `Actions for ${path}` }).click();
    await page.getByRole('link', { name: 'View configuration' }).click();
    await page.getByRole('heading', { name: path, level: 1 }).waitFor();
  };

  it('says before that the primary makes a replicated engine, and shows it once it has come over', async () => {
    await page.getByLabel('Path').fill('shared');
    await page.getByLabel('Maximum number of versions').fill('4');
    await page.getByText('it is made on the primary, and appears here once it has come over').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enable engine' }).click();
    await page.getByText('shared/ was created on the primary, and appears here after sync.').waitFor();
    await row('shared/').getByText('replicated').waitFor();
    expect((await mountsOf(west))['shared/'].uuid).toBe((await mountsOf(east))['shared/'].uuid);
    expect((await west.root.must('GET', 'shared/config')).data).toMatchObject({ max_versions: 4 });
  });

  it('keeps a local engine here', async () => {
    await page.getByRole('link', { name: 'Enable new engine' }).click();
    await page.getByLabel('Path').fill('mine');
    await page.getByLabel('Local').check();
    await page.getByText('It stays in this cluster, and is never replicated.').waitFor();
    await page.getByRole('button', { name: 'Enable engine' }).click();
    await page.getByText('mine/ is enabled.').waitFor();
    await row('mine/').getByText('local').waitFor();
    expect(Object.keys(await mountsOf(west))).not.toContain('mine/');
  });

  it('has the primary tune it, and shows at once what has come of it', async () => {
    await configuration('shared/');
    await page.getByRole('button', { name: 'Tune…' }).click();
    await dialog().getByText('the primary does it, for every cluster of the set').waitFor();
    await dialog().getByLabel('Maximum lease TTL').fill('2h');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('2 h', { exact: true }).waitFor();
    expect((await mountsOf(west))['shared/'].config.max_lease_ttl).toBe(7200);
  });

  it('has the primary move it, and says what that does to filters', async () => {
    await page.getByRole('button', { name: 'Move…' }).click();
    await dialog().getByText('A paths filter that names the old path forgets it').waitFor();
    await dialog().getByLabel('New path').fill('moved');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Move', exact: true }).click();
    await row('moved/').waitFor();
    await row('shared/').waitFor({ state: 'detached' });
    expect(Object.keys(await mountsOf(west))).toContain('moved/');
  });

  it('does not show what a filter hides, neither in the list nor at its address', async () => {
    await west.root.must('POST', FILTER, { mode: 'deny', paths: ['moved/'] });
    await eventually('a filter that is applied', async () => !('moved/' in (await mountsOf(east))));
    await page.goto(`${east.server.address}/ui/vault/secrets/moved/configuration`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Secrets', exact: true }).click();
    await row('mine/').waitFor();
    expect(await row('moved/').count()).toBe(0);
    await west.root.must('DELETE', FILTER);
    await eventually('a mount that is back', async () => 'moved/' in (await mountsOf(east)));
  });

  it('disables what is replicated for all, and what is local for itself', async () => {
    await page.reload();
    for (const [path, text] of [
      ['moved/', 'the primary does it, for every cluster of the set'],
      ['mine/', 'It is local: no other cluster takes part.'],
    ] as const) {
      await page.getByRole('button', { name: `Actions for ${path}` }).click();
      await page.getByRole('button', { name: 'Disable…' }).click();
      await dialog().getByText(text).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog().getByLabel(`Type ${path} to go on`).fill(path);
      await dialog().getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByText(`${path} is disabled.`).waitFor();
      await row(path).waitFor({ state: 'detached' });
    }
    expect(Object.keys(await mountsOf(west))).not.toContain('moved/');
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
