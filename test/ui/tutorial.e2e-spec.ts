import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';
const TESTER = { username: 'tester', password: 'changeme' };

// "Setting up performance replication", by clicks alone. Each test goes on where the one before it ended.
describeInBrowser('the tutorial by clicks', () => {
  let browser: TestBrowser;
  let primary: Cluster;
  let secondary: Cluster;
  let onPrimary: Page;
  let onSecondary: Page;
  let activation = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    const order = {
      kafka: KAFKA,
      topicPrefix: newTopicPrefix('ui-tutorial'),
      storage: 'sqlite' as const,
      config: 'ui = true',
    };
    primary = await Cluster.start(order);
    secondary = await Cluster.start(order);
    await primary.root.must('POST', 'sys/policies/acl/superuser', { policy: SUPERUSER });
    await primary.root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await primary.root.must('POST', 'auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([primary, secondary].map((cluster) => cluster.server.stop()));
  });

  it('leads from the root to the sign-in page, which says what cluster this is', async () => {
    onPrimary = await browser.visit(primary.server.address, '/');
    await onPrimary.getByRole('heading', { name: 'Sign in to Tidelock' }).waitFor();
    await onPrimary.getByText('Replication is off').waitFor();
    expect(await accessibilityFaults(onPrimary)).toEqual([]);
  });

  it('says in words what is wrong with a password, and keeps the name', async () => {
    await signIn(onPrimary, { ...TESTER, password: 'wrong' });
    await onPrimary.getByText('Authentication failed: invalid username or password').waitFor();
    expect(await onPrimary.getByLabel('Username').inputValue()).toBe('tester');
    expect(await onPrimary.getByLabel('Password').inputValue()).toBe('');
  });

  it('enables the primary', async () => {
    await signIn(onPrimary, TESTER);
    await onPrimary.getByRole('heading', { name: 'Secrets engines', level: 1 }).waitFor();
    await onPrimary.getByRole('link', { name: 'Overview' }).click();
    await onPrimary.getByRole('link', { name: 'Enable', exact: true }).click();
    expect(await onPrimary.getByLabel('Cluster mode').inputValue()).toBe('primary');
    expect(await accessibilityFaults(onPrimary)).toEqual([]);
    await onPrimary.getByRole('button', { name: 'Enable Replication' }).click();
    await onPrimary.getByText('This cluster is being enabled as a primary for replication.').waitFor();
    await onPrimary.getByText('No performance secondaries are known for this cluster.').waitFor();
    expect(await primary.status()).toMatchObject({ mode: 'primary', state: 'running' });
    expect(await accessibilityFaults(onPrimary)).toEqual([]);
  });

  it('makes an activation token, which is shown once', async () => {
    await onPrimary.getByRole('link', { name: 'Add secondary' }).click();
    await onPrimary.getByLabel('Secondary ID').fill('us-east');
    await onPrimary.getByRole('button', { name: 'Generate token' }).click();
    await onPrimary.getByRole('heading', { name: 'Copy your token' }).waitFor();
    activation = await onPrimary.getByLabel('Activation token').inputValue();
    expect(activation.split('.')).toHaveLength(3);
    await onPrimary.getByText('1800s').waitFor();
    expect(await accessibilityFaults(onPrimary)).toEqual([]);
    for (let times = 0; times < 3; times += 1) await onPrimary.keyboard.press('Escape');
    await onPrimary.getByRole('heading', { name: 'Copy your token' }).waitFor();
    await onPrimary.getByRole('button', { name: 'Close without copying' }).click();
    await onPrimary.getByRole('rowheader', { name: 'us-east' }).waitFor();
    await onPrimary.getByText('not joined yet').waitFor();
    expect(await onPrimary.content()).not.toContain(activation);
  });

  it('joins the other cluster, which says before what is lost', async () => {
    onSecondary = await browser.visit(secondary.server.address, '/ui/vault/replication/performance');
    await signIn(onSecondary, { token: secondary.rootToken });
    await onSecondary.getByLabel('Cluster mode').selectOption('secondary');
    await onSecondary.getByText('Everything in this cluster is deleted at once').waitFor();
    await onSecondary.getByLabel('Secondary activation token').fill(activation);
    await onSecondary.getByText(`A token of ${primary.server.address}`).waitFor();
    await onSecondary.getByText('What will be wiped').waitFor();
    expect(await accessibilityFaults(onSecondary)).toEqual([]);
    // The token is sent to nobody whose address is only begun.
    const asked: string[] = [];
    onSecondary.on('request', (request) => void (/secondary\/enable/.test(request.url()) && asked.push(request.url())));
    await onSecondary.getByLabel('Primary API address').pressSequentially('http://127.0.0.1:1');
    await onSecondary.getByRole('button', { name: 'Show what will be wiped' }).waitFor();
    expect(asked).toEqual([]);
    await onSecondary.getByLabel('Primary API address').fill('');
    const enable = onSecondary.getByRole('button', { name: 'Enable Replication' });
    await onSecondary.getByLabel('Type Performance to go on').fill('performance');
    expect(await enable.isDisabled()).toBe(true);
    await onSecondary.getByLabel('Type Performance to go on').fill('Performance');
    await enable.click();
    await onSecondary.getByText("This cluster has become a secondary: sign in with the primary's users.").waitFor();
  });

  it("signs in on the secondary with the primary's user, and leads over Status to the details", async () => {
    await secondary.untilStreaming();
    await signIn(onSecondary, TESTER);
    await onSecondary.getByRole('heading', { name: 'Secrets engines', level: 1 }).waitFor();
    await onSecondary.getByRole('button', { name: 'Status' }).click();
    await onSecondary.getByRole('link', { name: /Performance Secondary/ }).click();
    await onSecondary.getByText('stream-wals', { exact: true }).waitFor();
    await onSecondary
      .getByRole('paragraph')
      .filter({ hasText: /^\s*ready$/ })
      .waitFor();
    const { cluster_id: set } = await primary.status();
    await onSecondary.getByText(set, { exact: true }).waitFor();
    expect(await accessibilityFaults(onSecondary)).toEqual([]);
  });

  it('shows the secondary as connected on the primary', async () => {
    await onPrimary.getByRole('link', { name: 'Details', exact: true }).click();
    await onPrimary.getByRole('cell', { name: 'connected' }).waitFor();
    await onPrimary.getByText('agree', { exact: true }).waitFor();
    expect(await accessibilityFaults(onPrimary)).toEqual([]);
  });

  it('revokes its own token at sign-out, and forgets it', async () => {
    const token = await onPrimary.evaluate<string>(`JSON.parse(sessionStorage.getItem('tidelock-session')).token`);
    await onPrimary.getByRole('button', { name: 'Who is signed in' }).click();
    await onPrimary.getByRole('button', { name: 'Sign out' }).click();
    await onPrimary.getByText('Signed out; the token is revoked.').waitFor();
    expect(await onPrimary.evaluate('sessionStorage.length')).toBe(0);
    expect(await primary.anonymous.as(token).get('auth/token/lookup-self')).toMatchObject({ status: 403 });
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
