import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, TestBrowser } from './browser';

// Without a mouse. Each test goes on where the one before it ended.
describeInBrowser('the UI by keyboard alone', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('ui-keyboard'),
      storage: 'sqlite',
      config: 'ui = true',
    });
    await cluster.root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    page = await browser.visit(cluster.server.address, '/ui/vault/replication');
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const type = (text: string): Promise<void> => page.keyboard.type(text);
  /** What has the focus, as people would call it. */
  const focused = () =>
    page.evaluate<string>(`(() => {
      const { activeElement: at } = document;
      return (at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent).trim();
    })()`);
  const tabTo = async (name: string): Promise<void> => {
    for (let times = 0; times < 40 && (await focused()) !== name; times += 1) await press('Tab');
    expect(await focused()).toBe(name);
  };
  const untilFocused = (name: string): Promise<unknown> =>
    eventually(`the focus at ${name}`, async () => (await focused()).startsWith(name), 15_000);

  describe('from the sign-in to the details', () => {
    it('signs in', async () => {
      await page.getByLabel('Token', { exact: true }).waitFor();
      await tabTo('Token');
      await type(cluster.rootToken);
      await press('Enter');
      await untilFocused('Replication');
    });

    it('skips past the navigation', async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Replication', level: 1 }).waitFor();
      await press('Tab');
      expect(await focused()).toBe('Skip to the page');
      await press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('page');
      expect(page.url()).not.toContain('#');
      await press('Tab');
      expect(await focused()).toBe('Enable');
    });

    it('goes by the status menu and its arrows, and is led to the heading', async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Replication', level: 1 }).waitFor();
      await tabTo('Status');
      await press('ArrowDown');
      expect(await focused()).toBe('Enable Performance');
      await press('ArrowUp');
      expect(await focused()).toBe('Unsealed');
      await press('Home');
      expect(await focused()).toBe('Enable Performance');
      expect(await accessibilityFaults(page)).toEqual([]);
      await press('Escape');
      expect(await focused()).toBe('Status');
      await press('ArrowDown', 'Enter');
      await untilFocused('Enable performance replication');
    });
  });

  describe('from nothing to a token for a secondary', () => {
    it('enables the primary', async () => {
      await tabTo('Enable Replication');
      await press('Enter');
      await page.getByText('No performance secondaries are known for this cluster.').waitFor();
    });

    it('begins with something new by n, and fills the form in', async () => {
      await press('n');
      await untilFocused('Generate a secondary token');
      await tabTo('Secondary ID');
      await type('nine');
      await press('Tab');
      await type('10m');
      expect(await page.getByLabel('Secondary ID').inputValue()).toBe('nine');
    });

    it('tells the call as a command, and comes back to its button', async () => {
      await tabTo('As command');
      await press('Enter');
      const told = page.getByRole('dialog');
      await told
        .getByText('tidelock write sys/replication/performance/primary/secondary-token id=nine ttl=10m')
        .waitFor();
      await told.getByText('vault write sys/').waitFor();
      await told.getByText("-H 'X-Vault-Request: true'").waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await press('Escape');
      expect(await focused()).toBe('As command');
    });

    it('sends the form by Ctrl S, and closes what is shown once on purpose alone', async () => {
      await tabTo('Secondary ID');
      await press('Control+s');
      await page.getByRole('heading', { name: 'Copy your token' }).waitFor();
      await press('Control+k', '?', 'Escape');
      await page.getByText('600s').waitFor();
      await tabTo('Close without copying');
      await press('Enter');
      await page.getByRole('rowheader', { name: 'nine' }).waitFor();
    });
  });

  describe('by the palette and single letters', () => {
    const palette = () => page.getByRole('dialog', { name: 'Go to, or do' });
    const openPalette = async (): Promise<void> => {
      await press('Control+k');
      await palette().getByRole('combobox').waitFor();
    };
    const option = (name: string) => palette().getByRole('option', { name });

    it('goes to a page by a few letters of its name', async () => {
      await openPalette();
      await option('Add a secondary').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await type('seal');
      await palette().getByRole('option', { name: 'Seal Go to', selected: true }).waitFor();
      await press('ArrowDown');
      await palette().getByRole('option', { name: 'Seal this cluster…', selected: true }).waitFor();
      await press('ArrowUp', 'Enter');
      await untilFocused('Seal');
    });

    it('goes to the page that a path of the API is about, and says where nothing answers', async () => {
      await openPalette();
      await type('sys/replication/performance/status');
      await palette().getByRole('option', { name: /Path$/, selected: true }).waitFor();
      await press('Enter');
      await untilFocused('Performance');
      await openPalette();
      await type('<img src=x>');
      await palette().getByText('Nothing has that name.').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await press('Escape');
      await palette().waitFor({ state: 'detached' });
    });

    it('goes by g and a letter, and shows which keys there are', async () => {
      await press('g', 'r');
      await untilFocused('Replication');
      await press('?');
      const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await help.getByText('Replication overview').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await tabTo('Single letters do something, where nobody is typing');
      await press('Space');
      await help.getByText('Replication overview').waitFor({ state: 'detached' });
      await press('Escape');
    });

    it('leaves single letters alone once they are off, also behind a reload, and Ctrl K on', async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Replication', level: 1 }).waitFor();
      await press('?', 'g', 'r', 'n');
      await openPalette();
      await type('keyboard');
      await palette().getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor();
      await press('Enter');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await tabTo('Single letters do something, where nobody is typing');
      await press('Space', 'Escape', '?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Replication overview').waitFor();
      await press('Escape');
    });

    it('signs out', async () => {
      await openPalette();
      await type('sign out');
      await palette().getByRole('option', { name: 'Sign out', selected: true }).waitFor();
      await press('Enter');
      await page.getByText('The token itself goes on: it was not made here.').waitFor();
    });
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
