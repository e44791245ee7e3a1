import type { Page } from 'playwright-core';
import { Api, eventually } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const SECRET = '/ui/vault/secrets/secret/kv';

// What becomes of the versions of a secret. Each test goes on where the one before it ended.
describeInBrowser('versions of a kv secret by clicks', () => {
  let browser: TestBrowser;
  let server: ServerProcess;
  let root: Api;
  let page: Page;

  const dialog = () => page.getByRole('dialog');
  const versions = async () => (await root.get('secret/metadata/app')).body.data.versions;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    server = await ServerProcess.start({ config: 'ui = true', args: ['-dev', '-dev-root-token-id=root'] });
    root = new Api(server.address, 'root');
    await eventually('the mount of -dev', async () => (await root.get('sys/mounts/secret')).status === 200);
    for (const password of ['one', 'two', 'three'])
      await root.must('POST', 'secret/data/app', { data: { password, user: 'app' } });
    page = await browser.visit(server.address, `${SECRET}/show/app`);
    await signIn(page, { token: 'root' });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('compares two versions, values hidden at first', async () => {
    await page.getByRole('link', { name: 'Version Diff' }).click();
    await page.getByText('What changed from v2 to v3').waitFor();
    await page.getByRole('row', { name: /password changed/ }).waitFor();
    expect(await page.getByText('three', { exact: true }).count()).toBe(0);
    await page.getByLabel('Show values').check();
    await page.getByText('three', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('deletes, undeletes and destroys what was chosen', async () => {
    await page.getByRole('link', { name: 'Version history' }).click();
    await page.getByLabel('v2').check();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog().getByText('undelete brings it back').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('row', { name: /v2 deleted/ }).waitFor();
    expect((await versions())['2'].deletion_time).not.toBe('');
    await page.getByLabel('v2').check();
    await page.getByRole('button', { name: 'Undelete' }).click();
    await page.getByRole('row', { name: /v2 available/ }).waitFor();
    expect((await versions())['2'].deletion_time).toBe('');
    await page.getByLabel('v1').check();
    await page.getByRole('button', { name: 'Destroy…' }).click();
    await dialog().getByRole('button', { name: 'Destroy', exact: true }).click();
    await page.getByRole('row', { name: /v1 destroyed/ }).waitFor();
    expect((await versions())['1'].destroyed).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says of a destroyed version that it is gone', async () => {
    await page.getByRole('link', { name: 'View v1' }).click();
    await page.getByText('Version 1 is destroyed.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('keeps texts and limits beside the secret', async () => {
    await page.getByRole('link', { name: 'Metadata' }).click();
    await page.getByRole('button', { name: 'Edit metadata' }).click();
    await page.getByLabel('Key 1').fill('owner');
    await page.getByLabel('Value 1').fill('payments');
    await page.getByLabel('Maximum number of versions').fill('4');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('payments').waitFor();
    const { data } = await root.must('GET', 'secret/metadata/app');
    expect(data).toMatchObject({ custom_metadata: { owner: 'payments' }, max_versions: 4 });
  });

  it('destroys the version that was asked about, though a younger one is there by then', async () => {
    await page.goto(`${server.address}${SECRET}/show/app`);
    await page.getByRole('button', { name: 'Destroy…' }).click();
    await root.must('POST', 'secret/data/app', { data: { password: 'four' } });
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    await page.getByText('Version 4, created').waitFor();
    await page
      .getByRole('dialog', { name: 'Destroy version 3 of app?' })
      .getByRole('button', { name: 'Destroy', exact: true })
      .click();
    await page.getByText('Version 3 of app is destroyed.').waitFor();
    expect(await versions()).toMatchObject({ '3': { destroyed: true }, '4': { destroyed: false } });
  });

  it('deletes the latest version for a token that may do that alone', async () => {
    const policy = 'path "secret/data/*" { capabilities = ["read", "delete"] }';
    await root.must('POST', 'sys/policies/acl/deleter', { policy });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['deleter'] });
    const other = await browser.visitElsewhere(server.address, `${SECRET}/show/app`);
    await signIn(other, { token: auth.client_token });
    await other.getByText('Version 4, created').waitFor();
    await other.getByRole('button', { name: 'Destroy…' }).waitFor({ state: 'detached' });
    await other.getByRole('button', { name: 'Delete…' }).click();
    await other
      .getByRole('dialog', { name: 'Delete the latest version of app?' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await other.getByText('Version 4 is deleted.').waitFor();
    expect((await versions())['4'].deletion_time).not.toBe('');
    await page.getByRole('link', { name: 'Metadata' }).click();
  });

  it('removes all of it, once that is confirmed', async () => {
    await page.getByRole('button', { name: 'Delete all versions…' }).click();
    await dialog().getByText('Nothing brings them back.').waitFor();
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Nothing is here yet').waitFor();
    expect((await root.get('secret/metadata/app')).status).toBe(404);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
