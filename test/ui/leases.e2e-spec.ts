import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

/** A mount that each layer on its way has to leave alone. */
const ODD = 'team/a b%2Fc#d?e/日本';
const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/');

// Leases of logins: every cluster gives those. Each test goes on where the one before it ended.
describeInBrowser('leases by clicks', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', broker: '', storage: 'sqlite', config: 'ui = true' });
    for (const mount of ['userpass', encoded(ODD)]) {
      await cluster.root.must('POST', `sys/auth/${mount}`, { type: 'userpass' });
      await cluster.root.must('POST', `auth/${mount}/users/tester`, { password: 'changeme' });
      for (let login = 0; login < 3; login += 1)
        await cluster.anonymous.must('POST', `auth/${mount}/login/tester`, { password: 'changeme' });
    }
    page = await browser.visit(cluster.server.address, '/ui/vault/replication');
    await signIn(page, { token: cluster.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const follow = (name: string) => page.getByRole('table').getByRole('link', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const below = async (prefix: string): Promise<string[]> => {
    const answer = await cluster.root.get(`sys/leases/lookup/${encoded(prefix)}?list=true`);
    return answer.body.data?.keys ?? [];
  };

  it('says whose they are, and counts them', async () => {
    await page.getByRole('link', { name: 'Leases', exact: true }).click();
    await heading('Leases');
    await page.getByText("These are this cluster's own").waitFor();
    await page.getByText('All that ended was undone.').waitFor();
    await page.getByRole('link', { name: 'auth/', exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('leads from prefix to prefix, whatever they are called', async () => {
    for (const folder of ['auth', ...ODD.split('/'), 'login', 'tester']) await follow(`${folder}/`);
    await heading(`auth/${ODD}/login/tester/`);
    await page.getByRole('table').getByRole('link').nth(2).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('navigation', { name: 'Prefix' }).getByRole('link', { name: 'a b%2Fc#d?e' }).click();
    await heading('auth/team/a b%2Fc#d?e/');
    await page.goBack();
    await heading(`auth/${ODD}/login/tester/`);
  });

  it('shows a lease and renews it, for no longer than it may live', async () => {
    await page.getByRole('table').getByRole('link').first().click();
    await heading('Lease');
    await page.getByText('a token: revoking the lease revokes the token').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Renew…');
    await dialog().getByLabel('Increment').fill('soon');
    await dialog().getByRole('button', { name: 'Renew' }).click();
    await dialog().getByRole('alert').waitFor();
    await dialog().getByLabel('Increment').fill('2h');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Renew' }).click();
    await page.getByText('The lease is renewed: 2 h more.').waitFor();
    await page.getByText(/^1 h 59 min$/).waitFor();
  });

  it('revokes it once it is confirmed, and goes back to what is left', async () => {
    const before = await below(`auth/${ODD}/login/tester`);
    await press('Revoke…');
    await dialog().getByText('Its token ends at once').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await heading(`auth/${ODD}/login/tester/`);
    expect(await below(`auth/${ODD}/login/tester`)).toHaveLength(before.length - 1);
  });

  it('looks one up by its name, and says where there is none', async () => {
    const [name] = await below('auth/userpass/login/tester');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Leases', exact: true }).click();
    await page.getByLabel('Lease ID').fill(`auth/userpass/login/tester/${name}`);
    await press('Look up');
    await page.getByText('What is known of it').waitFor();
    await page.goBack();
    await page.getByLabel('Lease ID').fill('<script>/50%');
    await press('Look up');
    await page.getByRole('alert').filter({ hasText: 'invalid lease' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it.each([
    ['Revoke prefix…', 'Revoke', 'The first that cannot be undone stops it', `auth/${ODD}/login`],
    ['Force revoke…', 'Force revoke', 'goes on to work outside', 'auth/userpass/login'],
  ])('%s takes everything below a prefix, once that is typed', async (button, verb, words, prefix) => {
    await page.goto(`${cluster.server.address}/ui/vault/access/leases/list/${encoded(prefix)}`);
    await press(button);
    await dialog().getByText(words).waitFor();
    const confirm = dialog().getByRole('button', { name: verb, exact: true });
    await dialog().getByRole('textbox').fill('auth');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog().getByRole('textbox').fill(prefix);
    expect(await accessibilityFaults(page)).toEqual([]);
    await confirm.click();
    await page.getByText('There are no leases below this prefix').waitFor();
    expect(await below(prefix)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('names what a token lacks that may not list them', async () => {
    const { auth } = await cluster.root.must('POST', 'auth/token/create', { policies: ['default'] });
    const other = await browser.visitElsewhere(cluster.server.address, '/ui/vault/access/leases');
    await signIn(other, { token: auth.client_token });
    await other.getByText('This token may not list leases here.').waitFor();
    await other.getByLabel('Lease ID').waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
