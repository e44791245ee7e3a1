import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const MOUNT = 'team/user pass';
const USERS = `/ui/vault/access/${encodeURIComponent(MOUNT)}/users`;
const HARD_NAME = '100% of#b?c=d <b>日本';

// Who logs in by a name and a password: from an empty method to somebody who is locked out. Each test goes on where the one before it ended.
describeInBrowser('users by clicks', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', storage: 'sqlite', broker: '', config: 'ui = true' });
    await cluster.root.must('POST', `sys/auth/${encodeURI(MOUNT)}`, { type: 'userpass' });
    await cluster.root.must('POST', 'sys/policies/acl/readers', {
      policy: 'path "secret/*" { capabilities = ["read"] }',
    });
    page = await browser.visit(cluster.server.address, USERS);
    await signIn(page, { token: cluster.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const apiPath = (user: string) => `auth/${encodeURI(MOUNT)}/users/${encodeURIComponent(user)}`;
  const login = async (user: string, password: string) =>
    cluster.anonymous.post(`auth/${encodeURI(MOUNT)}/login/${encodeURIComponent(user)}`, { password });
  const dialog = () => page.getByRole('dialog');

  it('says of an empty method what it is for', async () => {
    await page.getByText('Nobody can log in by a name and a password here yet.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('creates a user with policies and options of its tokens', async () => {
    await page.getByRole('link', { name: 'Create user' }).click();
    await page.getByRole('heading', { name: 'Create a user' }).waitFor();
    await page.getByLabel('Username').fill('Tester');
    await page.getByLabel('Password').fill('changeme');
    await page.getByLabel('Token policies').fill('readers, nosuch');
    await page.getByText('There is no policy nosuch yet').waitFor();
    await page.getByLabel('Token policies').fill('readers');
    await page.getByText('Token options').click();
    await page.getByLabel('TTL', { exact: true }).fill('1h30m');
    await page.getByLabel('Number of uses').fill('many');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Password').inputValue()).toBe('changeme');
    await page.getByLabel('Number of uses').fill('7');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('heading', { name: 'tester' }).waitFor();
    await page.getByText('1h30m').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await cluster.root.get(apiPath('tester'))).body.data).toMatchObject({
      token_policies: ['readers'],
      token_ttl: 5400,
      token_num_uses: 7,
      token_type: 'default',
    });
    expect((await login('tester', 'changeme')).status).toBe(200);
  });

  it('never shows a password in a command', async () => {
    await page.goto(`${cluster.server.address}${USERS}/create`);
    await page.getByLabel('Username').fill('other');
    await page.getByLabel('Password').fill('very-secret');
    await page.getByRole('button', { name: 'As command' }).click();
    await dialog().getByText('<password>').first().waitFor();
    expect(await dialog().textContent()).not.toContain('very-secret');
    await dialog().getByRole('button', { name: 'Close' }).click();
  });

  it('takes no name with a slash: it would be another path', async () => {
    await page.getByLabel('Username').fill('tester/password');
    await page.getByRole('button', { name: 'Create user' }).click();
    expect(
      await page
        .getByLabel('Username')
        .evaluate((field) => (field as unknown as { validity: { patternMismatch: boolean } }).validity.patternMismatch),
    ).toBe(true);
    expect((await login('tester', 'changeme')).status).toBe(200);
  });

  it('changes only what was changed', async () => {
    await page.goto(`${cluster.server.address}${USERS}/edit/tester`);
    await page.getByText('Token options').click();
    await page.getByLabel('TTL', { exact: true }).fill('');
    await cluster.root.must('POST', apiPath('tester'), { token_num_uses: 9 });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText("the mount's default").waitFor();
    expect((await cluster.root.get(apiPath('tester'))).body.data).toMatchObject({
      token_policies: ['readers'],
      token_ttl: 0,
      token_num_uses: 9,
    });
  });

  it('changes a password, and takes back what was only begun', async () => {
    await page.getByRole('button', { name: 'Change password…' }).click();
    const change = dialog().getByRole('button', { name: 'Change', exact: true });
    expect(await change.isDisabled()).toBe(true);
    await dialog().getByLabel('New password').fill('another');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect((await login('tester', 'changeme')).status).toBe(200);
    await page.getByRole('button', { name: 'Change password…' }).click();
    await dialog().getByLabel('New password').fill('another');
    await change.click();
    await page.getByText('The password of tester is changed.').waitFor();
    expect((await login('tester', 'changeme')).status).toBe(400);
    expect((await login('tester', 'another')).status).toBe(200);
  });

  it('finds one of many, whatever it is called', async () => {
    for (const name of [HARD_NAME, 'zoe', 'zack'])
      await cluster.root.must('POST', apiPath(name), { password: 'changeme' });
    await page.goto(cluster.server.address + USERS);
    await page.getByText('4 users').waitFor();
    await page.getByLabel('Filter').fill('日本');
    await page.getByText('1 of 4 users').waitFor();
    await page.getByRole('link', { name: HARD_NAME }).click();
    await page.getByRole('heading', { name: HARD_NAME }).waitFor();
    await page.getByText("the mount's default").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog().getByText('Nobody logs in by this name any more').waitFor();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByText('3 users').waitFor();
    expect((await cluster.root.get(apiPath(HARD_NAME))).status).toBe(404);
  });

  it('deletes from the list, by name', async () => {
    await page.getByRole('button', { name: 'Delete zack…' }).click();
    await dialog().getByRole('heading', { name: 'Delete the user zack?' }).waitFor();
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('2 users').waitFor();
  });

  it('shows who is locked out, and lets them in again', async () => {
    for (let at = 0; at < 5; at++) await login('zoe', 'wrong');
    expect((await login('zoe', 'changeme')).status).toBe(403);
    await page.reload();
    await page.getByText('After too many wrong passwords').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Unlock zoe' }).click();
    await page.getByText('zoe may log in again.').waitFor();
    await page.getByText('After too many wrong passwords').waitFor({ state: 'detached' });
    expect((await login('zoe', 'changeme')).status).toBe(200);
  });

  it('offers a person of some names what may be done with those', async () => {
    await cluster.root.must('POST', 'sys/policies/acl/z-users', {
      policy: [
        `path "auth/${MOUNT}/users" { capabilities = ["list"] }`,
        `path "auth/${MOUNT}/users/z*" { capabilities = ["create", "update", "delete"] }`,
      ].join('\n'),
    });
    const { auth } = await cluster.root.must('POST', 'auth/token/create', { policies: ['z-users'] });
    const other = await browser.visitElsewhere(cluster.server.address, USERS);
    await signIn(other, { token: auth.client_token });
    await other.getByRole('link', { name: 'tester' }).waitFor();
    await other.getByRole('button', { name: 'Delete tester…' }).waitFor({ state: 'detached' });
    await other.getByRole('button', { name: 'Delete zoe…' }).waitFor();
    await other.getByRole('link', { name: 'Create user' }).waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
  });

  it('shows a person of few rights what is refused', async () => {
    const { auth } = await cluster.root.must('POST', 'auth/token/create', { policies: ['readers'] });
    const other = await browser.visitElsewhere(cluster.server.address, '/ui/');
    await other.evaluate('sessionStorage.clear()');
    await other.goto(cluster.server.address + USERS);
    await signIn(other, { token: auth.client_token });
    await other.getByRole('alert').filter({ hasText: 'permission denied' }).waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
