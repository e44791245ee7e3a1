import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const KEYS = '/ui/vault/settings/keys';

// What holders of unseal keys do together, and the keys themselves. Each test goes on where the one before it ended.
describeInBrowser('root tokens and keys by clicks', () => {
  let browser: TestBrowser;
  let west: Cluster;
  let east: Cluster;
  let page: Page;
  let otp = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    const order = {
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('ui-keys'),
      storage: 'sqlite' as const,
      config: 'ui = true',
    };
    west = await Cluster.start({ ...order, shares: 3, threshold: 2 });
    east = await Cluster.start(order);
    await west.enablePrimary();
    await east.join(west, 'east');
    page = await browser.visit(west.server.address, '/ui/');
    await signIn(page, { token: west.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([west, east].map((cluster) => cluster.server.stop()));
  });

  const dialog = () => page.getByRole('dialog');
  const attempt = async () => west.anonymous.must('GET', 'sys/generate-root/attempt');
  const give = async (label: string, key: string | undefined) => {
    await page.getByLabel(label, { exact: true }).fill(key ?? '');
    await page.getByRole('button', { name: 'Give key' }).click();
  };
  const store = async (next: string) => {
    const leave = page.getByRole('button', { name: next });
    expect(await leave.isDisabled()).toBe(true);
    await page.getByLabel(/I have stored/).check();
    await leave.click();
  };

  it('begins a root generation, and shows its password once', async () => {
    await page.getByRole('link', { name: 'Generate root' }).click();
    await page.getByText('2 unseal keys are needed.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('It is not shown again.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    otp = (await page.locator('dd code').textContent()) ?? '';
    expect(otp).toHaveLength(28);
    await page.getByRole('link', { name: 'Audit devices' }).click();
    await store('Continue to the keys');
    await page.getByText('0 of 2 keys').waitFor();
    expect(await attempt()).toMatchObject({ started: true });
  });

  it('gives to another attempt nothing that was meant for this one', async () => {
    await page.getByLabel('Unseal Key Portion', { exact: true }).fill(west.keys[0] ?? '');
    await page.getByRole('button', { name: 'Cancel attempt…' }).click();
    await dialog().waitFor();
    await west.root.must('DELETE', 'sys/generate-root/attempt', { nonce: (await attempt()).nonce });
    const { nonce } = await west.anonymous.must('POST', 'sys/generate-root/attempt', {});
    await page.getByText(nonce).waitFor();
    expect(await dialog().count()).toBe(0);
    expect(await page.getByLabel('Unseal Key Portion', { exact: true }).inputValue()).toBe('');
  });

  it('cancels it by name of what is lost', async () => {
    await page.getByRole('button', { name: 'Cancel attempt…' }).click();
    await dialog().getByText('its one-time password is worth nothing').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Cancel attempt', exact: true }).click();
    await page.getByRole('button', { name: 'Start' }).waitFor();
    expect(await attempt()).toMatchObject({ started: false });
  });

  it('takes keys one by one, from here and from elsewhere, and decodes the token here', async () => {
    await page.getByRole('button', { name: 'Start' }).click();
    otp = (await page.locator('dd code').textContent()) ?? '';
    await store('Continue to the keys');
    const { nonce } = await attempt();
    await page.getByText(nonce).waitFor();
    await give('Unseal Key Portion', Buffer.alloc(33).toString('base64'));
    await page.getByRole('alert').filter({ hasText: 'it is no share' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await west.anonymous.must('POST', 'sys/generate-root/update', { key: west.keys[0], nonce });
    await page.getByText('1 of 2 keys').waitFor();
    await give('Unseal Key Portion', west.keys[1]);
    await page.getByText('The attempt is complete.').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Decode' }).click();
    const token = await page.getByLabel('Root token', { exact: true }).inputValue();
    expect(asked.filter((url) => url.includes('decode'))).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await west.anonymous.as(token).get('auth/token/lookup-self')).body.data.policies).toEqual(['root']);
    await page.getByRole('textbox', { name: 'One-time password (OTP)' }).fill('short');
    await page.getByRole('button', { name: 'Decode' }).click();
    await page.getByRole('alert').filter({ hasText: 'they are not of one attempt' }).waitFor();
    expect(await page.getByLabel('Root token', { exact: true }).count()).toBe(0);
  });

  it('tells the keys of today, and says why a rekey is refused', async () => {
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByText('2 of 3').waitFor();
    await page.getByLabel('New key shares').fill('1');
    await page.getByRole('button', { name: 'Start a rekey' }).click();
    await page.getByRole('alert').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('gives a rekey up, and the old keys go on to count', async () => {
    await page.getByLabel('New key shares').fill('4');
    await page.getByLabel('New key threshold').fill('3');
    await page.getByRole('button', { name: 'Start a rekey' }).click();
    await page.getByText('4 new keys will be made, 3 of which unseal.').waitFor();
    await page.getByRole('button', { name: 'Cancel rekey…' }).click();
    await dialog().getByRole('button', { name: 'Cancel rekey', exact: true }).click();
    await page.getByText('The rekey is cancelled.').waitFor();
    expect(await west.anonymous.must('GET', 'sys/rekey/init')).toMatchObject({ started: false });
  });

  it('makes new keys, shows them once, and has them given back before they count', async () => {
    await page.getByLabel('New key shares').fill('4');
    await page.getByLabel('New key threshold').fill('3');
    await page.getByRole('button', { name: 'Start a rekey' }).click();
    await page.getByText('0 of 2 keys').waitFor();
    await give('Unseal Key Portion', west.keys[0]);
    await page.getByText('1 of 2 keys').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await give('Unseal Key Portion', west.keys[1]);
    await page.getByText('They are not shown again.').waitFor();
    const keys = await page.locator('dl code').allTextContents();
    const made = keys.filter((text) => text.length === 44);
    expect(made).toHaveLength(4);
    expect(await accessibilityFaults(page)).toEqual([]);
    await store('Continue to the verification');
    await page.getByText('0 of 3 keys').waitFor();
    expect(await west.anonymous.must('GET', 'sys/seal-status')).toMatchObject({ t: 2, n: 3 });
    await give('New Unseal Key Portion', made[0]);
    await page.getByText('1 of 3 keys').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Begin the verification anew' }).click();
    await page.getByText('0 of 3 keys').waitFor();
    for (const [at, key] of made.slice(0, 3).entries()) {
      await give('New Unseal Key Portion', key);
      if (at < 2) await page.getByText(`${at + 1} of 3 keys`).waitFor();
    }
    await page.getByText('The new keys count from now on.').waitFor();
    await page.getByText('3 of 4').waitFor();
    expect(await west.anonymous.must('GET', 'sys/seal-status')).toMatchObject({ t: 3, n: 4 });
    expect(await page.content()).not.toContain(made[0]);
    west.keys = made;
    west.threshold = 3;
  });

  it('rotates the barrier key', async () => {
    const term = async () => (await west.root.must('GET', 'sys/key-status')).data.term as number;
    const before = await term();
    await page.getByRole('button', { name: 'Rotate…' }).click();
    await dialog().getByText('The former keys still open what they sealed.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByText('A new barrier key is in use.').waitFor();
    await page
      .locator('dd')
      .getByText(String(before + 1), { exact: true })
      .waitFor();
    expect(await term()).toBe(before + 1);
  });

  it('says when the barrier key is rotated by itself', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Interval').fill('1h');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').filter({ hasText: '24 hours' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Interval').fill('720h');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('after 30 d').waitFor();
    expect((await west.root.must('GET', 'sys/rotate/config')).data).toMatchObject({ enabled: true, interval: 2592000 });
  });

  it('says on a secondary what is its primary’s, and offers only what it does itself', async () => {
    await eventually('the keys of the rekey', async () => {
      const { t } = await east.anonymous.must('GET', 'sys/seal-status');
      return t === 3;
    });
    east.adoptKeysOf(west);
    await east.generateRoot();
    const onEast = await browser.visit(east.server.address, KEYS);
    await signIn(onEast, { token: east.rootToken });
    await onEast.getByText('The keys are those of the primary.').waitFor();
    await onEast.getByText('3 of 4').waitFor();
    await onEast.getByText('after 30 d').waitFor();
    for (const name of ['Start a rekey', 'Rotate…', 'Edit'])
      expect(await onEast.getByRole('button', { name, exact: true }).count()).toBe(0);
    expect(await accessibilityFaults(onEast)).toEqual([]);
    await onEast.getByRole('link', { name: 'Generate root' }).click();
    await onEast.getByText('The unseal keys are those of the primary.').waitFor();
    await onEast.getByRole('button', { name: 'Start' }).waitFor();
    await onEast.goto(`${east.server.address}/ui/vault/audit/enable`);
    await onEast.getByText('A replicated device is enabled on the primary.').waitFor();
    await onEast.getByLabel('File path').fill('discard');
    await onEast.getByRole('button', { name: 'Enable device' }).click();
    await onEast.getByRole('row').filter({ hasText: 'file/' }).getByText('local').waitFor();
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
