import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const LONG = '12345678901234567890';

// The six tools, each as it is used; each test goes on with what the one before it made.
describeInBrowser('tools by clicks', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;
  let token = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', broker: '', storage: 'sqlite', config: 'ui = true' });
    page = await browser.visit(cluster.server.address, '/ui/vault/tools');
    await signIn(page, { token: cluster.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const open = (tool: string) =>
    page.getByRole('navigation', { name: 'Tools' }).getByRole('link', { name: tool }).click();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const alert = (words: string | RegExp) => page.getByRole('alert').filter({ hasText: words }).waitFor();

  // A shell keeps what is typed.
  const expectHidden = async (placeholder: string, secret: string) => {
    await press('As command');
    const shown = page.getByRole('dialog');
    await shown.getByText(placeholder).first().waitFor();
    expect(await shown.textContent()).not.toContain(secret);
    await shown.getByRole('button', { name: 'Close' }).click();
  };

  it('begins with what is wrapped, as rows or as JSON', async () => {
    await page.getByRole('heading', { name: 'Wrap', level: 1 }).waitFor();
    await page.getByLabel('Name 1').fill('a <b>%#?/ 鍵');
    await page.getByLabel('Value 1').fill('<script>alert(1)</script>');
    await press('Add a row');
    await page.getByLabel('Value 2').fill('x');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Wrap');
    await alert('A value has no name.');
    await page.getByLabel('Name 2').fill('x');
    await press('Write as JSON');
    const text = await page.getByLabel('JSON').inputValue();
    expect(JSON.parse(text)).toEqual({ 'a <b>%#?/ 鍵': '<script>alert(1)</script>', x: 'x' });
    await page.getByLabel('JSON').fill(text.replace('"x": "x"', `"x": ${LONG}`));
    await press('Write as rows');
    await alert('The value of x is no text');
    await page.getByLabel('Time to Live (TTL)').fill('5m');
    await expectHidden('<value>', LONG);
    await press('Wrap');
    await page.getByRole('heading', { name: 'Wrapped', exact: true }).waitFor();
    token = (await page.locator('dd code').textContent()) as string;
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('looks a token up, which does not use it up', async () => {
    await open('Lookup');
    await page.getByLabel('Wrapping token').fill(` ${token}`);
    await expectHidden('<token>', token);
    await press('Look up');
    await page.getByText('sys/wrapping/wrap', { exact: true }).waitFor();
    await page.getByText('5 min', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('puts the same behind a new token', async () => {
    await open('Rewrap');
    expect(await page.getByLabel('Wrapping token').inputValue()).toBe('');
    await page.getByLabel('Wrapping token').fill(token);
    await press('Rewrap');
    await page.getByRole('heading', { name: 'Rewrapped' }).waitFor();
    const former = token;
    token = (await page.locator('dd code').textContent()) as string;
    expect(token).not.toBe(former);
  });

  it('opens it once, hidden until it is asked for, with its numbers unharmed', async () => {
    await open('Unwrap');
    await page.getByLabel('Wrapping token').fill(token);
    await press('Unwrap');
    const content = page.getByRole('region', { name: 'what was wrapped' });
    await content.waitFor();
    expect(await content.textContent()).not.toContain(LONG);
    await press('Show what was wrapped');
    expect(await content.textContent()).toContain(`"x": ${LONG}`);
    expect(await content.textContent()).toContain('<script>alert(1)</script>');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Unwrap');
    await alert('wrapping token is not valid or does not exist');
  });

  it('makes random bytes', async () => {
    await open('Random');
    await page.getByLabel('Bytes', { exact: true }).fill('5');
    await page.getByLabel('Format').selectOption('hex');
    await press('Generate');
    await press('Show the random bytes');
    expect(await page.getByRole('region', { name: 'the random bytes' }).textContent()).toMatch(/^[0-9a-f]{10}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('hashes a text, and tells of bytes that are none', async () => {
    await open('Hash');
    await page.getByLabel('Input', { exact: true }).fill('日本');
    await expectHidden('<input>', Buffer.from('日本').toString('base64'));
    await page.getByLabel('Algorithm').selectOption('sha3-512');
    await press('Hash');
    await page.getByText(createHash('sha3-512').update('日本').digest('hex')).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('The input is base64 of the bytes').check();
    await press('Hash');
    await alert('unable to decode input as base64');
  });

  it('says so where there is no such tool', async () => {
    await page.goto(`${cluster.server.address}/ui/vault/tools/constructor`);
    await page.getByText('There is no tool constructor.').waitFor();
  });

  it('shows a token of few rights what it may do', async () => {
    const policy = ['auth/token/lookup-self', 'sys/capabilities-self', 'sys/tools/random']
      .map((path) => `path "${path}" { capabilities = ["read", "update"] }`)
      .join('\n');
    await cluster.root.must('POST', 'sys/policies/acl/few', { policy });
    const { auth } = await cluster.root.must('POST', 'auth/token/create', {
      policies: ['few'],
      no_default_policy: true,
    });
    const other = await browser.visitElsewhere(cluster.server.address, '/ui/vault/tools/lookup');
    await signIn(other, { token: auth.client_token });
    const tabs = other.getByRole('navigation', { name: 'Tools' });
    await tabs.getByRole('link', { name: 'Lookup' }).waitFor();
    await tabs.getByRole('link', { name: 'Hash' }).waitFor({ state: 'detached' });
    await tabs.getByRole('link', { name: 'Unwrap' }).waitFor();
    await tabs.getByRole('link', { name: 'Random' }).waitFor();
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
