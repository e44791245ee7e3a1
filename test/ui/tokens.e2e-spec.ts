import type { Page } from 'playwright-core';
import { Cluster } from '../harness/cluster';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const ROLE = 'ci 100%#?';

// A token from its role to its end. Each test goes on where the one before it ended.
describeInBrowser('tokens by clicks', () => {
  let browser: TestBrowser;
  let cluster: Cluster;
  let page: Page;
  let token = '';
  let accessor = '';

  beforeAll(async () => {
    browser = await TestBrowser.open();
    cluster = await Cluster.start({ kafka: '', topicPrefix: '', broker: '', storage: 'sqlite', config: 'ui = true' });
    await cluster.root.must('POST', 'sys/policies/acl/team', { policy: 'path "kv/*" { capabilities = ["read"] }' });
    page = await browser.visit(cluster.server.address, '/ui/vault/replication');
    await signIn(page, { token: cluster.rootToken });
  });
  afterAll(async () => {
    await browser.close();
    await cluster.server.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const confirm = (verb: string) => dialog().getByRole('button', { name: verb, exact: true }).click();
  const open = (path: string) => page.goto(`${cluster.server.address}/ui/vault/access/tokens${path}`);
  const fact = (name: string) => page.locator('dl > div').filter({ hasText: name }).locator('dd');
  const known = (of: string) => cluster.root.post('auth/token/lookup-accessor', { accessor: of });

  it('says whose they are, and which is yours', async () => {
    await page.getByRole('link', { name: 'Tokens', exact: true }).click();
    await heading('Tokens');
    await page.getByText("These are this cluster's own").waitFor();
    await page.getByRole('row').filter({ hasText: 'yours' }).getByText('without end').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('makes a role, and says where it is refused', async () => {
    await page.getByRole('link', { name: 'Roles', exact: true }).click();
    await page.getByText('No token role yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Create a role' }).click();
    await page.getByLabel('Name', { exact: true }).fill(ROLE);
    await page.getByLabel('Allowed policies', { exact: true }).fill('team, default');
    await page.getByLabel('Explicit maximum TTL').fill('5h');
    await page.getByLabel('Type').selectOption('batch');
    await press('Create role');
    await page.getByRole('alert').filter({ hasText: "'token_type' cannot be 'batch'" }).waitFor();
    await page.getByLabel('Type').selectOption('service');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Create role');
    await page.getByRole('table').getByRole('link', { name: ROLE }).click();
    await heading(ROLE);
    expect(await page.getByLabel('Allowed policies', { exact: true }).inputValue()).toBe('team, default');
    expect(await page.getByLabel('Explicit maximum TTL').inputValue()).toBe('18000s');
    await page.getByLabel('Explicit maximum TTL').fill('6h');
    await press('Save');
    await page.getByText(`The token role ${ROLE} is saved.`).waitFor();
    const { data } = await cluster.root.must('GET', `auth/token/roles/${encodeURIComponent(ROLE)}`);
    expect(data).toMatchObject({ allowed_policies: ['team', 'default'], token_explicit_max_ttl: 21_600 });
  });

  it('makes a token by the role, and shows it once', async () => {
    await open('/create');
    await page.getByLabel('Role').selectOption(ROLE);
    await page.getByLabel('Display name').fill('build');
    await page.getByLabel('Policies').fill('team, nope');
    await page.getByText('There is no policy nope yet').waitFor();
    await page.getByLabel('Policies').fill('team');
    await page.getByLabel('Metadata').fill('team');
    await page.getByText('Write team as name=value.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Metadata').fill('team=<b>a</b>');
    await page.getByLabel('TTL', { exact: true }).fill('1h');
    await press('Create token');
    await dialog().getByText('It is not shown again.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    token = await dialog().getByLabel('New token').inputValue();
    accessor = (await dialog().locator('code').textContent()) as string;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await confirm('Close without copying');
    await heading('Tokens');
    expect(await page.content()).not.toContain(token);
    await page.goBack();
    await heading('Create a token');
    expect(await page.content()).not.toContain(token);
  });

  it('shows it by its accessor, with what it may do', async () => {
    await open('');
    await page.getByLabel('Accessor', { exact: true }).fill(token);
    await press('Look up the accessor');
    await page.getByText('This is a token, not an accessor.').waitFor();
    expect(page.url()).not.toContain(token);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Accessor', { exact: true }).fill(accessor);
    await press('Look up the accessor');
    await heading('Token');
    await fact('Display name').getByText('token-build').waitFor();
    await fact('Metadata').getByText('team = <b>a</b>').waitFor();
    await fact('Role').getByText(ROLE).waitFor();
    await page.getByLabel('Path').fill('kv/a');
    await press('Show its capabilities');
    await page.getByText('read', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Path').fill('sys/seal');
    await press('Show its capabilities');
    await page.getByText('Nothing: it is denied.').waitFor();
  });

  it('renews it', async () => {
    await press('Renew…');
    await dialog().getByLabel('Increment').fill('3h');
    await dialog().getByRole('button', { name: 'As command' }).click();
    await page.getByRole('heading', { name: 'As command' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'As command' }).waitFor({ state: 'detached' });
    // It alone is closed.
    expect(await dialog().getByLabel('Increment').inputValue()).toBe('3h');
    await confirm('Renew');
    await page.getByText('The token is renewed: 3 h more.').waitFor();
    await fact('Time left').getByText('2 h 59 min').waitFor();
  });

  it('finds it by itself, and ends it without its children', async () => {
    const parent = (await cluster.root.must('POST', 'auth/token/create', { policies: ['root'], ttl: '1h' })).auth;
    const child = (await cluster.root.as(parent.client_token).must('POST', 'auth/token/create', { ttl: '1h' })).auth;
    await open('');
    await page.getByLabel('Token to look up').fill('hvs.nothing');
    await press('Look up the token');
    await page.getByRole('alert').filter({ hasText: 'bad token' }).waitFor();
    await page.getByLabel('Token to look up').fill(parent.client_token);
    await press('Look up the token');
    await page.getByText('Made at the path').waitFor();
    expect(page.url()).not.toContain(parent.client_token);
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('Revoke, keep its children…');
    await confirm('Revoke the token');
    await page.getByText('The token is revoked; its children live on.').waitFor();
    expect((await known(parent.accessor)).status).toBe(400);
    expect((await known(child.accessor)).body.data).toMatchObject({ orphan: true });
  });

  it('revokes it with what goes with it', async () => {
    await open(`/show/${accessor}`);
    await press('Revoke…');
    await dialog().getByText('The tokens that it made end with it').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await confirm('Revoke');
    await heading('Tokens');
    expect((await known(accessor)).status).toBe(400);
    await open(`/show/${accessor}`);
    await page.getByRole('alert').filter({ hasText: 'invalid accessor' }).waitFor();
  });

  it('turns the pages of many, and finds one among them', async () => {
    for (let made = 0; made < 40; made += 1) await cluster.root.must('POST', 'auth/token/create', { ttl: '1h' });
    await open('');
    await page.getByText(/^1 to 25 of \d+$/).waitFor();
    await press('Next');
    await page.getByText(/^26 to \d+ of \d+$/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const { auth } = await cluster.root.must('POST', 'auth/token/create', { ttl: '1h', display_name: 'sought' });
    await page.reload();
    await page.getByLabel('Filter by accessor').fill(auth.accessor);
    await page.getByRole('row').filter({ hasText: 'token-sought' }).waitFor();
  });

  it('deletes the role', async () => {
    await open(`/roles/edit/${encodeURIComponent(ROLE)}`);
    await press('Delete…');
    await dialog().getByText('Tokens that were made by it live on.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await confirm('Delete');
    await page.getByText('No token role yet').waitFor();
  });

  it('shows a token of few rights what it lacks, and lets it end itself', async () => {
    const policy =
      'path "auth/token/revoke-accessor" { capabilities = ["update"] }\npath "auth/token/lookup-accessor" { capabilities = ["update"] }';
    await cluster.root.must('POST', 'sys/policies/acl/self', { policy });
    const { auth } = await cluster.root.must('POST', 'auth/token/create', { policies: ['self'], ttl: '1h' });
    const other = await browser.visitElsewhere(cluster.server.address, '/ui/vault/access/tokens');
    await signIn(other, { token: auth.client_token });
    await other.getByText('This token may not list accessors.').waitFor();
    await other.getByRole('link', { name: 'Create token' }).waitFor({ state: 'detached' });
    expect(await accessibilityFaults(other)).toEqual([]);
    await other.getByRole('link', { name: 'Show it' }).click();
    await other.getByText('yours').waitFor();
    await other.getByRole('button', { name: 'Revoke…' }).click();
    await other.getByText('you are signed out').waitFor();
    await other.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await other.getByRole('heading', { name: 'Sign in to Tidelock' }).waitFor();
    expect(await other.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain(auth.client_token);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
