import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { type LinkedKafka, startLinkedKafka } from '../harness/linked-kafka';
import { newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const PERFORMANCE = '/ui/vault/replication/performance';
const LATE = ['kv/late-1', 'kv/late-2', 'kv/late-3'];

// A primary is cut off from Kafka, writes, and another is promoted over it. Each test goes on where the one before it ended.
describeInBrowser('the quarantine by clicks', () => {
  let linked: LinkedKafka;
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    linked = await startLinkedKafka(2);
    const topicPrefix = newTopicPrefix('ui-quarantine');
    const [west_, east_] = linked.links.map(({ port }) =>
      Cluster.start({ kafka: `127.0.0.1:${port}`, topicPrefix, storage: 'sqlite', config: 'ui = true' }),
    );
    west = (await west_) as Cluster;
    east = (await east_) as Cluster;
    await west.enablePrimary();
    await west.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await east.join(west, 'east');
    await east.untilInStepWith(west);
    await east.generateRoot();
    linked.links[0]?.refuse();
    for (const path of LATE) await west.root.must('POST', path, { value: `of ${path}` });
    await east.promote(true);
    linked.links[0]?.heal();
    await eventually('the former primary to be fenced', async () => (await west.status()).fenced, 60_000);
    page = await browser.visit(west.server.address, PERFORMANCE);
    await signIn(page, { token: west.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
    await Promise.all(linked.links.map((link) => link.close()));
    await linked.kafka.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const mutation = (path: string) => page.getByRole('row').filter({ hasText: path }).getByRole('checkbox');
  const valueOn = async (cluster: Cluster, path: string): Promise<unknown> =>
    (await cluster.root.get(path)).body.data?.value;

  it('is led to where there is something in it, and says why', async () => {
    await page.getByText('3 mutations are kept aside here.').waitFor();
    await page.getByRole('link', { name: 'Quarantine' }).click();
    await page.getByText('its epoch 1 ended as epoch 2 began on another cluster').waitFor();
    for (const path of LATE) await page.getByRole('cell', { name: path, exact: true }).waitFor();
    expect(await page.getByText('of kv/late-1').count()).toBe(0);
    await page.getByText('None is chosen.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('sends whoever follows nobody to another primary first', async () => {
    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Reapply on the primary…' }).click();
    await dialog().getByText('This cluster follows no primary.').waitFor();
    expect(await dialog().getByRole('button', { name: 'Reapply', exact: true }).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await west.follow(east, 'west');
    await page.goto(`${west.server.address}${PERFORMANCE}/quarantine`);
    await page.getByText('This cluster was the primary in epoch 1').waitFor();
  });

  it('is refused by the primary until an operator there has allowed it', async () => {
    await mutation('kv/late-1').check();
    await page.getByText('1 mutation chosen.').waitFor();
    await page.getByRole('button', { name: 'Reapply on the primary…' }).click();
    await dialog().getByText('The primary has to allow it, each time.').waitFor();
    await dialog().getByText('write 1 mutation anew on the primary').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Reapply', exact: true }).click();
    await dialog().getByText('an operator there has to call primary/allow-reapply with id=west').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect(await valueOn(east, 'kv/late-1')).toBeUndefined();
  });

  it('is allowed on the primary', async () => {
    const there = await browser.visit(east.server.address, `${PERFORMANCE}/secondaries`);
    await signIn(there, { token: east.rootToken });
    await there.getByRole('button', { name: 'Allow reapply…' }).click();
    await there.getByRole('dialog').getByLabel('Former primary').selectOption('west');
    expect(await accessibilityFaults(there)).toEqual([]);
    await there.getByRole('dialog').getByRole('button', { name: 'Allow', exact: true }).click();
    await there.getByText('west may reapply what it has in quarantine.').waitFor();
    expect(await accessibilityFaults(there)).toEqual([]);
    expect((await east.status()).reapply_allowed).toMatchObject([{ id: 'west' }]);
    await there.close();
  });

  it('writes what was chosen anew on the primary, and nothing besides', async () => {
    await page.getByRole('button', { name: 'Reapply on the primary…' }).click();
    await dialog().getByRole('button', { name: 'Reapply', exact: true }).click();
    await page.getByText('Written anew.').waitFor();
    await page.getByRole('heading', { name: '2 mutations' }).waitFor();
    expect(await valueOn(east, 'kv/late-1')).toBe('of kv/late-1');
    expect(await valueOn(east, 'kv/late-2')).toBeUndefined();
  });

  it('throws away what is chosen, once it is confirmed', async () => {
    await mutation('kv/late-2').check();
    await page.getByRole('button', { name: 'Discard…' }).click();
    await dialog().getByText('throw 1 mutation away').waitFor();
    await dialog().getByText('kv/late-2').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await west.status()).quarantined).toBe(2);
    await dialog().getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByRole('heading', { name: '1 mutation' }).waitFor();
    await page.getByRole('cell', { name: 'kv/late-3', exact: true }).waitFor();
    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Discard…' }).click();
    await dialog().getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByText('Nothing is in quarantine').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Quarantine' }).waitFor({ state: 'detached' });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
