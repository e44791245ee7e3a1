import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

// What goes on record, and where: from no device to one whose lines are searched. Each test goes on where the one before it ended.
describeInBrowser('audit devices by clicks', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;
  let file = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', storage: 'sqlite', broker: '', config: 'ui = true' });
    file = join(cluster.server.folder, 'audit.log');
    page = await browser.visit(cluster.server.address, '/ui/');
    await signIn(page, { token: cluster.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const lines = (): string => readFileSync(file, 'utf8');

  it('says what is amiss without a device', async () => {
    await page.getByRole('link', { name: 'Audit devices' }).click();
    await page.getByText('There is none: nobody can tell later').waitFor();
    await page.getByText('None is logged.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says of a replicated file where it has to be writable, and of a wrong one why it is refused', async () => {
    await page.getByRole('link', { name: 'Enable a device' }).click();
    await page.getByText('The file must be writable on every cluster of the set.').waitFor();
    await page.getByLabel('File path').fill('/proc/no/such/file');
    await page.getByText('Options', { exact: true }).click();
    await page.getByLabel('Log in clear, without hashes').check();
    await page.getByText('Secrets and tokens will stand in the file.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enable device' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Log in clear, without hashes').uncheck();
    expect((await cluster.root.get('sys/audit')).body.data).toEqual({});
  });

  it('enables a local one with its options', async () => {
    await page.getByLabel('File path').fill(file);
    await page.getByLabel('Local: it stays on this cluster').check();
    await page.getByText('The file must be writable on every cluster of the set.').waitFor({ state: 'detached' });
    await page.getByLabel('Mode').fill('0640');
    await page.getByLabel('Description').fill('<script>alert(1)</script>');
    await page.getByRole('button', { name: 'Enable device' }).click();
    const row = page.getByRole('row').filter({ hasText: 'file/' });
    await row.getByText('local', { exact: true }).waitFor();
    await row.getByText('<script>alert(1)</script>').waitFor();
    await row.getByText(`file_path=${file}`).waitFor();
    expect((await cluster.root.get('sys/audit')).body.data['file/']).toMatchObject({
      local: true,
      options: { file_path: file, mode: '0640' },
    });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('tells replicated and local ones apart', async () => {
    await cluster.root.must('POST', 'sys/audit/both', { type: 'file', options: { file_path: 'discard' } });
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'both/' }).getByText('replicated').waitFor();
  });

  it('finds a secret in the log by its hash', async () => {
    await page.getByRole('button', { name: 'Compute hash with file/…' }).click();
    await dialog().getByLabel('Value').fill(cluster.rootToken);
    await dialog().getByRole('button', { name: 'Compute' }).click();
    const hash = await dialog().locator('dd code').textContent();
    expect(hash).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(lines()).toContain(hash);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByLabel('Value').fill('another');
    await dialog().locator('dd code').waitFor({ state: 'detached' });
    await dialog().getByRole('button', { name: 'Close' }).click();
  });

  it('logs a header, hashed or in clear, and leaves it out again', async () => {
    const call = () => cluster.root.request('GET', 'sys/seal-status-not', undefined, { 'X-Ticket': 'case-4711' });
    await page.getByLabel('Header', { exact: true }).fill('X-Ticket');
    await page.getByLabel('Hash its value').uncheck();
    await page.getByRole('button', { name: 'Add header' }).click();
    await page.getByRole('row').filter({ hasText: 'x-ticket' }).getByText('in clear').waitFor();
    await call();
    expect(lines()).toContain('case-4711');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove x-ticket' }).click();
    await page.getByText('None is logged.').waitFor();
    expect((await cluster.root.get('sys/config/auditing/request-headers')).body.data).toEqual({ headers: {} });
  });

  it('disables one by its name, and warns before the last', async () => {
    await page.getByRole('button', { name: 'Disable both/…' }).click();
    await dialog().getByRole('heading', { name: 'Disable the audit device both/?' }).waitFor();
    expect(await dialog().getByText('It is the only one.').count()).toBe(0);
    await dialog().getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByText('The audit device both/ is disabled.').waitFor();
    await page.getByRole('button', { name: 'Disable file/…' }).click();
    await dialog().getByText('It is the only one.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByText('There is none: nobody can tell later').waitFor();
    expect((await cluster.root.get('sys/audit')).body.data).toEqual({});
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
