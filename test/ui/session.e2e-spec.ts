import type { Page } from 'playwright-core';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const SEAL = '/ui/vault/settings/seal';
const MINUTE = 60_000;

// How a session comes, goes on and ends. Each test begins signed out, and ends so.
describeInBrowser('a session in the browser', () => {
  let browser: TestBrowser;
  let cluster: Cluster;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    await browser.clock.install();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', broker: '', storage: 'sqlite', config: 'ui = true' });
    await cluster.root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await cluster.root.must('POST', 'auth/userpass/users/ann', { password: 'changeme', policies: 'default' });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
  const signInHeading = (page: Page) => heading(page, 'Sign in to Tidelock');
  const visit = (path = SEAL) => browser.visit(cluster.server.address, path);
  const tokenFor = async (body: object): Promise<string> =>
    (await cluster.root.must('POST', 'auth/token/create', { policies: ['default'], ...body })).auth.client_token;
  const isAlive = async (token: string): Promise<boolean> =>
    (await cluster.anonymous.as(token).get('auth/token/lookup-self')).status === 200;
  const tokenOf = (page: Page) => page.evaluate<string>(`JSON.parse(sessionStorage.getItem('tidelock-session')).token`);
  const endOf = (page: Page) => page.evaluate<number>(`JSON.parse(sessionStorage.getItem('tidelock-session')).expires`);
  const choose = async (page: Page, item: string): Promise<void> => {
    await page.getByRole('button', { name: 'Who is signed in' }).click();
    await page.getByRole('button', { name: item }).click();
  };

  it('goes on behind a reload, and is taken over by a new tab, which stores nothing that stays', async () => {
    const first = await visit();
    await signIn(first, { username: 'ann', password: 'changeme' });
    await heading(first, 'Seal');
    await first.reload();
    await heading(first, 'Seal');
    const second = await visit();
    await heading(second, 'Seal');
    expect(await tokenOf(second)).toBe(await tokenOf(first));
    const kept = await second.evaluate<string>('JSON.stringify(localStorage) + document.cookie + location.href');
    expect(kept).not.toContain('hvs.');
    const token = await tokenOf(first);
    await choose(second, 'Sign out');
    await second.getByText('Signed out; the token is revoked.').waitFor();
    await first.getByText('You signed out in another tab.').waitFor();
    expect(await accessibilityFaults(first)).toEqual([]);
    expect(await first.evaluate('sessionStorage.length')).toBe(0);
    expect(await isAlive(token)).toBe(false);
    await Promise.all([first.close(), second.close()]);
  });

  it('is asked for by nobody who has one, and left alone by the end of another', async () => {
    const [root, ann] = [await visit(), await visit()];
    await signIn(ann, { username: 'ann', password: 'changeme' });
    await heading(ann, 'Seal');
    await signIn(root, { token: cluster.rootToken });
    await heading(root, 'Seal');
    await choose(ann, 'Sign out');
    await signInHeading(ann);
    await root.reload();
    await heading(root, 'Seal');
    // What a new tab is told is not for one that has asked nothing.
    const third = await visit();
    await heading(third, 'Seal');
    expect(await ann.evaluate("sessionStorage.getItem('tidelock-session')")).toBeNull();
    await third.close();
    await choose(root, 'Sign out');
    await root.getByText('The token itself goes on: it was not made here.').waitFor();
    expect(await isAlive(cluster.rootToken)).toBe(true);
    await Promise.all([root.close(), ann.close()]);
  });

  it('ends with its token, says so beforehand, and leads back', async () => {
    const page = await visit('/ui/vault/auth?redirect_to=/vault/replication');
    await signIn(page, { token: await tokenFor({ ttl: '20m', renewable: false }) });
    await page.getByRole('link', { name: 'Seal' }).click();
    await heading(page, 'Seal');
    await browser.clock.fastForward(16 * MINUTE);
    await page.getByText('This session ends in').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await browser.clock.fastForward(5 * MINUTE);
    await page.getByText('The session has ended.').waitFor();
    expect(new URL(page.url()).searchParams.get('redirect_to')).toContain('/vault/settings/seal');
    await signIn(page, { token: cluster.rootToken });
    await heading(page, 'Seal');
    await choose(page, 'Sign out');
    await page.close();
  });

  it('ends where nobody was there for half an hour, and its token with it; input in any tab counts', async () => {
    const [page, other] = [
      await visit('/ui/vault/auth?redirect_to=/vault/replication'),
      await visit('/ui/vault/auth?redirect_to=/vault/replication'),
    ];
    await signIn(page, { username: 'ann', password: 'changeme' });
    await heading(page, 'Replication');
    const token = await tokenOf(page);
    await browser.clock.fastForward(20 * MINUTE);
    await other.keyboard.press('Shift');
    await heading(page, 'Replication');
    await browser.clock.fastForward(20 * MINUTE);
    await heading(page, 'Replication');
    expect(await isAlive(token)).toBe(true);
    await browser.clock.fastForward(11 * MINUTE);
    await page.getByText('You were signed out after half an hour without input.').waitFor();
    expect(await isAlive(token)).toBe(false);
    await Promise.all([page.close(), other.close()]);
  });

  it('ends where the server no longer knows the token, and says so', async () => {
    const page = await visit();
    const token = await tokenFor({ policies: ['root'] });
    await signIn(page, { token });
    await heading(page, 'Seal');
    await cluster.root.must('POST', 'auth/token/revoke', { token });
    await page.keyboard.press('Control+k');
    await page.getByText('The server no longer knows this token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await page.close();
  });

  it('is not ended by what a policy forbids', async () => {
    const page = await visit();
    await signIn(page, { username: 'ann', password: 'changeme' });
    await page.getByRole('button', { name: 'Seal…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Seal', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await choose(page, 'Renew token');
    await page.getByText(/The session ends at/).waitFor();
    await choose(page, 'Sign out');
    await signInHeading(page);
    await page.close();
  });

  it('asks again for a renewal that did not arrive', async () => {
    const page = await visit('/ui/vault/auth?redirect_to=/vault/replication');
    await signIn(page, { token: await tokenFor({ ttl: '15m' }) });
    await heading(page, 'Replication');
    const end = await endOf(page);
    let asked = 0;
    await page.route('**/v1/auth/token/renew-self', (route) => {
      asked += 1;
      return asked === 1 ? route.abort() : route.continue();
    });
    await browser.clock.fastForward(11 * MINUTE);
    await browser.clock.runFor(MINUTE);
    await eventually('a renewal that is told', async () => (await endOf(page)) > end, 15_000);
    expect(asked).toBeGreaterThan(1);
    await browser.clock.fastForward(5 * MINUTE);
    await heading(page, 'Replication');
    await choose(page, 'Sign out');
    await page.close();
  });

  it('revokes a token that was pasted, where that is wanted', async () => {
    const page = await visit();
    const token = await tokenFor({});
    await signIn(page, { token });
    await choose(page, 'Revoke token…');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('The token is revoked.').waitFor();
    await signInHeading(page);
    expect(await isAlive(token)).toBe(false);
    await page.close();
  });

  it('leads to pages of this UI alone, whatever the address says', async () => {
    for (const foreign of ['https://evil.example/', '//evil.example', '/vault/../../evil', 'javascript:alert(1)']) {
      const page = await visit(`/ui/vault/auth?redirect_to=${encodeURIComponent(foreign)}`);
      await signIn(page, { token: cluster.rootToken });
      await page.getByRole('button', { name: 'Who is signed in' }).waitFor();
      expect(page.url()).toContain(`${cluster.server.address}/ui/`);
      await choose(page, 'Sign out');
      await signInHeading(page);
      await page.close();
    }
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
