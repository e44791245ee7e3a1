import type { Page } from 'playwright-core';
import { Api } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

// From an empty store to a first page, and back behind the seal.
describeInBrowser('keys by clicks', () => {
  let browser: TestBrowser;
  let server: ServerProcess;
  let page: Page;
  let keys: string[] = [];
  let rootToken = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    server = await ServerProcess.start({ config: 'storage "sqlite" { path = "tidelock.db" }\nui = true' });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('leads a cluster without keys to its initialisation, from any address', async () => {
    page = await browser.visit(server.address, '/ui/vault/replication/performance');
    await page.getByRole('heading', { name: 'Initialise Tidelock' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says what is wrong with the numbers', async () => {
    await page.getByLabel('Key shares').fill('2');
    await page.getByLabel('Key threshold').fill('3');
    await page.getByRole('button', { name: 'Initialise' }).click();
    await page.getByRole('alert').waitFor();
  });

  it('shows the keys once, and lets nobody go on by accident', async () => {
    await page.getByLabel('Key shares').fill('3');
    await page.getByLabel('Key threshold').fill('2');
    await page.getByRole('button', { name: 'Initialise' }).click();
    await page.getByRole('heading', { name: 'Store these now' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    [rootToken = '', ...keys] = (await page.locator('dd code').allTextContents()).reverse();
    expect(keys).toHaveLength(3);
    const go = page.getByRole('button', { name: 'Continue to unseal' });
    expect(await go.isDisabled()).toBe(true);
    await page.getByLabel('I have stored them').check();
    await go.click();
    await page.getByRole('heading', { name: 'Unseal Tidelock' }).waitFor();
    await page.goBack();
    expect(await page.content()).not.toContain(keys[0]);
  });

  it('unseals share by share, and begins anew where asked', async () => {
    await page.goto(`${server.address}/ui/vault/some-cluster/unseal`);
    await page.getByText('0 of 2 keys').waitFor();
    await page.getByLabel('Unseal Key Portion').fill(keys[0] as string);
    await page.getByRole('button', { name: 'Unseal' }).click();
    await page.getByText('1 of 2 keys').waitFor();
    expect(await page.getByLabel('Unseal Key Portion').inputValue()).toBe('');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByText('0 of 2 keys').waitFor();
    for (const key of keys.slice(1)) {
      await page.getByLabel('Unseal Key Portion').fill(key);
      await page.getByRole('button', { name: 'Unseal' }).click();
      if (key !== keys[2]) await page.getByText('1 of 2 keys').waitFor();
    }
    await page.getByRole('heading', { name: 'Sign in to Tidelock' }).waitFor();
  });

  it('seals by a click, and leads everybody to the unseal page', async () => {
    await signIn(page, { token: rootToken });
    await page.getByRole('link', { name: 'Seal' }).click();
    await page.getByRole('button', { name: 'Seal…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Seal', exact: true }).click();
    await page.getByRole('heading', { name: 'Unseal Tidelock' }).waitFor();
    expect((await new Api(server.address).get('sys/seal-status')).body).toMatchObject({ sealed: true });
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
