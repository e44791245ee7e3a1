import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { newTopicPrefix } from '../harness/services';
import { tamper } from '../harness/tamper';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const DETAILS = '/ui/vault/replication/performance';
const SCRIPT = '<script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'">';
const HOSTILE = SCRIPT + 'x'.repeat(5000);

const without = (answer: object, fields: readonly string[]): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !fields.includes(name)));

// What a set is seldom in, as its pages tell it. Each test goes on where the one before it ended.
describeInBrowser('rare states of a replication set', () => {
  let kafka: RunningKafka;
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let onWest: Page;
  let onEast: Page;

  beforeAll(async () => {
    kafka = await startKafka();
    browser = await TestBrowser.open();
    const order = {
      kafka: kafka.brokers,
      topicPrefix: newTopicPrefix('ui-states'),
      storage: 'sqlite' as const,
      config: 'ui = true',
    };
    west = await Cluster.start(order);
    east = await Cluster.start(order);
    await west.enablePrimary();
    await west.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await east.join(west, 'east');
    await east.untilInStepWith(west);
    await east.generateRoot();
    onWest = await browser.visit(west.server.address, DETAILS);
    await signIn(onWest, { token: west.rootToken });
    onEast = await browser.visit(east.server.address, DETAILS);
    await signIn(onEast, { token: east.rootToken });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
    await kafka.stop();
  });

  const write = (key: string) => west.root.must('POST', `kv/${key}`, { value: key });
  const gone = (page: Page, text: string) => page.getByText(text).waitFor({ state: 'detached', timeout: 45_000 });
  const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 45_000 });

  it('draws the set from both sides', async () => {
    const picture = (page: Page) => page.locator('section', { has: page.getByRole('heading', { name: 'Topology' }) });
    await picture(onWest).getByText('Primary, this cluster').waitFor();
    await picture(onWest).getByRole('link', { name: 'east' }).waitFor();
    await picture(onEast).getByText('east, this cluster').waitFor();
    expect(await picture(onEast).getByRole('link', { name: 'Primary' }).getAttribute('href')).toBe(
      `${west.server.address}/ui/`,
    );
  });

  it('says that Kafka is away, what waits for it, and when it is back', async () => {
    await kafka.kill();
    await write('while-kafka-is-away');
    await shown(onWest, 'Kafka does not take messages.');
    await shown(onWest, /Everything is served as before. (One mutation waits|\d+ mutations wait) here/);
    await shown(onWest, /^\d+ waiting$/);
    await shown(onEast, 'Kafka cannot be read; it is tried again.');
    expect(await accessibilityFaults(onWest)).toEqual([]);
    expect(await accessibilityFaults(onEast)).toEqual([]);
    await kafka.restart();
    await gone(onWest, 'Kafka does not take messages.');
    await gone(onEast, 'Kafka cannot be read; it is tried again.');
  }, 120_000);

  it('keeps the last figures of a primary that is away, and says so on either side', async () => {
    await west.server.stop();
    await shown(onWest, /No answer since/);
    await shown(onWest, 'Last WAL entry');
    await shown(onEast, 'transient_failure');
    await shown(onEast, 'The primary does not answer.');
    const lag = onEast.locator('section[data-stale]').getByRole('heading', { name: 'Lag' });
    await lag.waitFor();
    expect(await accessibilityFaults(onWest)).toEqual([]);
    expect(await accessibilityFaults(onEast)).toEqual([]);
    await west.restart();
    await gone(onEast, 'The primary does not answer.');
    await onWest.getByText(/No answer since/).waitFor({ state: 'detached' });
  }, 120_000);

  it('tells which mutation cannot be applied and why, and steps over it', async () => {
    await east.server.stop();
    tamper(east, (database) =>
      database.exec(
        "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.key LIKE 'entry/%/poison' BEGIN SELECT RAISE(ABORT, 'this database takes no poison'); END",
      ),
    );
    await east.restart();
    await east.untilStreaming();
    // A page that was open met a sealed cluster meanwhile.
    await onEast.goto(east.server.address + DETAILS);
    await write('poison');
    const banner = onEast.getByRole('alert').filter({ hasText: 'the stream stands still' });
    await banner.getByText(/this database takes no poison/).waitFor({ timeout: 45_000 });
    await onEast.getByText('stands still', { exact: true }).waitFor();
    expect(await accessibilityFaults(onEast)).toEqual([]);
    const { poison } = await east.status();
    await banner.getByRole('button', { name: 'Skip mutation…' }).click();
    const dialog = onEast.getByRole('dialog');
    await dialog.getByLabel(`Type ${poison.index} to go on`).fill(`${poison.index}`);
    await dialog.getByRole('button', { name: 'Skip', exact: true }).click();
    await banner.waitFor({ state: 'detached', timeout: 45_000 });
    await eventually('the stream to go on', async () => (await east.status()).last_remote_wal >= poison.index);
  }, 120_000);

  it('leads to the seal when a cluster is sealed under an open page', async () => {
    await east.root.must('POST', 'sys/seal', {});
    await onEast.getByRole('heading', { name: 'Unseal Tidelock' }).waitFor({ timeout: 45_000 });
    await east.unseal();
    await east.untilStreaming();
    await onEast.goto(east.server.address + DETAILS);
    await shown(onEast, 'stream-wals');
  }, 120_000);

  it('shows hostile names as text, cut to what fits', async () => {
    await onWest.route('**/v1/sys/replication/status', async (route) => {
      const answer = await (await route.fetch()).json();
      const { performance } = answer.data;
      performance.known_secondaries = [HOSTILE];
      performance.secondaries[0] = {
        ...performance.secondaries[0],
        node_id: HOSTILE,
        api_address: 'javascript:alert(1)',
      };
      await route.fulfill({ json: answer });
    });
    await onWest.route('**/v1/sys/health', async (route) => {
      const answer = await (await route.fetch()).json();
      await route.fulfill({ json: { ...answer, cluster_name: HOSTILE } });
    });
    await onWest.goto(west.server.address + DETAILS);
    await shown(onWest, /<script>document/);
    expect(await onWest.title()).toBe('Performance · Tidelock');
    expect(await onWest.locator('a[href^="javascript"]').count()).toBe(0);
    for (const width of [1360, 390]) {
      await onWest.setViewportSize({ width, height: 900 });
      await onWest.waitForFunction(`document.documentElement.scrollWidth === ${width}`);
    }
    await onWest.setViewportSize({ width: 1360, height: 900 });
    await onWest.unrouteAll({ behavior: 'wait' });
  });

  it.each(['primary', 'secondary'])(
    'does without any field of a %s that an answer lacks',
    async (role) => {
      const [page, cluster] = role === 'primary' ? [onWest, west] : [onEast, east];
      const fields = Object.keys(await cluster.status()).filter((field) => !['mode', 'cluster_id'].includes(field));
      expect(fields.length).toBeGreaterThan(10);
      let left: readonly string[] = [];
      const { performance } = (await cluster.anonymous.must('GET', 'sys/replication/status')).data;
      await page.route('**/v1/sys/replication/status', (route) =>
        route.fulfill({ json: { data: { performance: without(performance, left) } } }),
      );
      for (const lacking of [...fields.map((field) => [field]), fields]) {
        left = lacking;
        await page.reload();
        await page.getByRole('heading', { name: 'Facts' }).waitFor();
      }
      await page.unrouteAll({ behavior: 'wait' });
    },
    120_000,
  );

  it('says of a fenced primary what it was, and what to do', async () => {
    west.server.signal('SIGSTOP');
    await east.promote(true);
    west.server.signal('SIGCONT');
    await eventually('the former primary to step down', async () => (await west.status()).fenced !== undefined);
    await onWest.goto(west.server.address + DETAILS);
    await onWest
      .getByRole('alert')
      .filter({ hasText: 'This cluster was primary until epoch 2 began elsewhere.' })
      .waitFor({ timeout: 45_000 });
    await onWest.getByText('What to do with a former primary').waitFor();
    expect(await accessibilityFaults(onWest)).toEqual([]);
    await onWest.getByRole('link', { name: 'Update primary' }).click();
    await onWest.getByRole('button', { name: 'Update primary…' }).waitFor();
  }, 120_000);

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
