import type { Page } from 'playwright-core';
import { Api } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

/** A name that each layer on its way has to leave alone. */
const ODD = 'team/a b%2Fc#d?e/日本';
const LONG = 'x'.repeat(150);

// Secrets engines and auth methods as mounts, on one cluster. Each test goes on where the one before it ended.
describeInBrowser('secrets engines and auth methods by clicks', () => {
  let browser: TestBrowser;
  let server: ServerProcess;
  let root: Api;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
    server = await ServerProcess.start({ config: 'storage "inmem" {}\nui = true' });
    const anonymous = new Api(server.address);
    const { keys_base64: keys, root_token: token } = await anonymous.must('POST', 'sys/init', {
      secret_shares: 1,
      secret_threshold: 1,
    });
    await anonymous.must('POST', 'sys/unseal', { key: keys[0] });
    root = anonymous.as(token);
    page = await browser.visit(server.address, '/');
    await signIn(page, { token });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const dialog = () => page.getByRole('dialog');
  const row = (path: string) => page.getByRole('row').filter({ has: page.getByText(path, { exact: true }) });
  const mounts = async (kind = 'mounts') => (await root.must('GET', `sys/${kind}`)).data;
  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const configuration = async (path: string) => {
    await page.getByRole('button', { name: `Actions for ${path}` }).click();
    await page.getByRole('link', { name: 'View configuration' }).click();
    await page.getByRole('heading', { name: path, level: 1 }).waitFor();
  };

  it('leads whoever signs in to the secrets engines, and says how to begin', async () => {
    await heading('Secrets engines');
    await page.getByText('No secrets engine is enabled yet').waitFor();
    await row('cubbyhole/').getByText('local').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says that a path is in use before it is asked for', async () => {
    await page.getByRole('link', { name: 'Enable engine' }).click();
    await heading('Enable new engine');
    await page.getByLabel('Path').fill('cubbyhole/mine');
    await page.getByText('The path is in use by cubbyhole/').waitFor();
    await page.getByRole('button', { name: 'Enable engine' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(Object.keys(await mounts())).not.toContain('cubbyhole/mine/');
  });

  it('enables kv with its settings, under a name as people write them', async () => {
    await page.getByLabel('Path').fill(`/${ODD}/`);
    await page.getByLabel('Maximum number of versions').fill('3');
    await page.getByLabel('Require Check and Set').check();
    await page.getByLabel('Description').fill('<script>alert(1)</script>');
    await page.getByLabel('Default lease TTL').fill('90m');
    await page.getByRole('button', { name: 'Enable engine' }).click();
    await page.getByText(`${ODD}/ is enabled.`).waitFor();
    await row(`${ODD}/`).getByText('<script>alert(1)</script>').waitFor();
    expect((await mounts())[`${ODD}/`]).toMatchObject({
      type: 'kv',
      local: false,
      options: { version: '2' },
      config: { default_lease_ttl: 5400 },
    });
    const { data } = await root.must('GET', `${ODD.split('/').map(encodeURIComponent).join('/')}/config`);
    expect(data).toMatchObject({ max_versions: 3, cas_required: true });
  });

  it('enables an engine that is never replicated', async () => {
    await page.getByRole('link', { name: 'Enable new engine' }).click();
    await page.getByLabel('Path').fill(LONG);
    await page.getByLabel('Version', { exact: true }).selectOption('1');
    await page.getByLabel('Local').check();
    await page.getByText('It stays in this cluster, and is never replicated.').waitFor();
    await page.getByRole('button', { name: 'Enable engine' }).click();
    await row(`${LONG}/`).getByText('local').waitFor();
    expect((await mounts())[`${LONG}/`]).toMatchObject({ local: true, options: { version: '1' } });
  });

  it('tells in words what the server refuses, and keeps what was filled in', async () => {
    await page.getByRole('link', { name: 'Enable new engine' }).click();
    await page.getByLabel('Maximum lease TTL').fill('soon');
    await page.getByRole('button', { name: 'Enable engine' }).click();
    await page.getByRole('alert').filter({ hasText: 'max_lease_ttl' }).waitFor();
    expect(await page.getByLabel('Maximum lease TTL').inputValue()).toBe('soon');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Cancel' }).click();
  });

  it('filters by name and by type, wide and narrow', async () => {
    await page.getByLabel('Filter by name').fill('TEAM');
    await page.getByRole('heading', { name: '1 of 3 secrets engines' }).waitFor();
    await page.getByLabel('Filter by type').selectOption('kv version 1');
    await page.getByText('None of the secrets engines is like that.').waitFor();
    await page.getByLabel('Filter by name').fill('');
    await row(`${LONG}/`).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.getByLabel('Filter by type').selectOption('');
  });

  it('shows the configuration, also at its address', async () => {
    await configuration(`${ODD}/`);
    await page.reload();
    await page.getByText('kv version 2', { exact: true }).waitFor();
    await page.getByText('1 h 30 min', { exact: true }).waitFor();
    await page.getByText("32 d, the system's", { exact: true }).waitFor();
    await page.getByText((await mounts())[`${ODD}/`].uuid, { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('tunes what is changed, and gives the system its times back', async () => {
    await page.getByRole('button', { name: 'Tune…' }).click();
    const save = dialog().getByRole('button', { name: 'Save' });
    expect(await save.isDisabled()).toBe(true);
    await dialog().getByLabel('Default lease TTL').fill('');
    await dialog().getByLabel('Description').fill('of the team');
    expect(await accessibilityFaults(page)).toEqual([]);
    await save.click();
    await page.getByText('of the team', { exact: true }).waitFor();
    expect((await mounts())[`${ODD}/`]).toMatchObject({
      description: 'of the team',
      config: { default_lease_ttl: 0, max_lease_ttl: 0 },
    });
  });

  it('changes what version 2 of kv keeps', async () => {
    await page.getByRole('button', { name: 'Change…' }).click();
    await dialog().getByLabel('Maximum number of versions').fill('5');
    await dialog().getByLabel('Delete versions after').fill('12h');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('12h0m0s', { exact: true }).waitFor();
    await page.getByText('5', { exact: true }).waitFor();
  });

  it('moves an engine, and no longer knows the old path', async () => {
    const former = page.url();
    await page.getByRole('button', { name: 'Move…' }).click();
    const move = dialog().getByRole('button', { name: 'Move', exact: true });
    expect(await move.isDisabled()).toBe(true);
    await dialog().getByLabel('New path').fill(`${LONG}/inner`);
    await dialog().getByText(`The path is in use by ${LONG}/`).waitFor();
    await dialog().getByLabel('New path').fill('moved');
    expect(await accessibilityFaults(page)).toEqual([]);
    await move.click();
    await page.getByText(`${ODD}/ is moved/ now.`).waitFor();
    await row('moved/').waitFor();
    expect(Object.keys(await mounts())).not.toContain(`${ODD}/`);
    await page.goto(former);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Go to the secrets engines' }).click();
  });

  it('disables an engine once its path is typed', async () => {
    await page.getByRole('button', { name: 'Actions for moved/' }).click();
    await page.getByRole('button', { name: 'Disable…' }).click();
    await dialog().getByText('All data in it is lost').waitFor();
    const disable = dialog().getByRole('button', { name: 'Disable', exact: true });
    await dialog().getByLabel('Type moved/ to go on').fill('move');
    expect(await disable.isDisabled()).toBe(true);
    await dialog().getByLabel('Type moved/ to go on').fill('moved/');
    expect(await accessibilityFaults(page)).toEqual([]);
    await disable.click();
    await page.getByText('moved/ is disabled.').waitFor();
    await row('moved/').waitFor({ state: 'detached' });
    expect(Object.keys(await mounts())).not.toContain('moved/');
  });

  it('offers nothing that would end what is the service’s own', async () => {
    await configuration('cubbyhole/');
    expect(await page.getByRole('button', { name: /(Tune|Move|Disable)…/ }).count()).toBe(0);
  });

  it('enables an auth method that the sign-in page lists', async () => {
    await page.getByRole('link', { name: 'Access' }).click();
    await page.getByText('No auth method is enabled yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Enable method' }).click();
    await page.getByLabel('Path').fill('people');
    await page.getByLabel('Description').fill('People of the house');
    await page.getByLabel('List it on the sign-in page').check();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enable method' }).click();
    await row('people/').waitFor();
    const other = await browser.visitElsewhere(server.address);
    await other.getByRole('button', { name: 'People of the house' }).waitFor();
    await other.close();
  });

  it('tunes, moves and disables an auth method', async () => {
    await configuration('people/');
    await page.getByRole('button', { name: 'Tune…' }).click();
    await dialog().getByLabel('Token type').selectOption('batch');
    await dialog().getByLabel('Listing visibility').selectOption('hidden');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('definition')
      .filter({ hasText: /^batch$/ })
      .waitFor();
    await page.getByRole('button', { name: 'Move…' }).click();
    await dialog().getByLabel('New path').fill('staff');
    await dialog().getByText('In full: auth/staff/').waitFor();
    await dialog().getByRole('button', { name: 'Move', exact: true }).click();
    await row('staff/').waitFor();
    expect((await mounts('auth'))['staff/'].config).toMatchObject({
      token_type: 'batch',
      listing_visibility: 'hidden',
    });
    await configuration('staff/');
    await page.getByRole('button', { name: 'Disable…' }).click();
    await dialog().getByText('Nobody signs in at staff/ any more.').waitFor();
    await dialog().getByLabel('Type staff/ to go on').fill('staff/');
    await dialog().getByRole('button', { name: 'Disable', exact: true }).click();
    await row('staff/').waitFor({ state: 'detached' });
    expect(Object.keys(await mounts('auth'))).toEqual(['token/']);
  });

  it('shows few rights what they see, and hides what they may not do', async () => {
    await root.must('POST', 'sys/policies/acl/few', { policy: `path "${LONG}/*" { capabilities = ["read"] }` });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['few'] });
    const other = await browser.visitElsewhere(server.address, '/ui/vault/secrets');
    await signIn(other, { token: auth.client_token });
    await other.getByRole('button', { name: `Actions for ${LONG}/` }).click();
    await other.getByRole('link', { name: 'View configuration' }).click();
    await other.getByRole('heading', { name: 'Secrets engines', level: 1 }).waitFor({ state: 'detached' });
    await other.getByText('kv version 1', { exact: true }).waitFor();
    await other.getByRole('button', { name: 'Disable…' }).waitFor({ state: 'detached' });
    expect(await other.getByRole('button', { name: /(Tune|Move)…/ }).count()).toBe(0);
    await other.goto(`${server.address}/ui/vault/secrets/enable`);
    await other.getByRole('button', { name: 'Enable engine' }).click();
    await other.getByRole('alert').filter({ hasText: 'permission denied' }).waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
    await other.close();
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
