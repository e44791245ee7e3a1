import type { Page } from 'playwright-core';
import { Api, eventually } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

const HARD_NAMES = [
  '100%',
  'a%2Fb/c',
  'a#b?c=d',
  'back\\slash',
  '日本/鍵',
  'two words',
  "o'clock",
  '<script>alert(1)</script>',
  'a+b&c',
  'é',
];
const LONG_NUMBER = '12345678901234567890';

// Secrets by clicks, from an empty engine on. Each test goes on where the one before it ended.
describeInBrowser('kv secrets by clicks', () => {
  let browser: TestBrowser;
  let server: ServerProcess;
  let root: Api;
  let page: Page;

  const at = (path: string) => `${server.address}/ui/vault/secrets/${path}`;
  const dialog = () => page.getByRole('dialog');
  const encoded = (name: string) => name.split('/').map(encodeURIComponent).join('/');

  beforeAll(async () => {
    browser = await TestBrowser.open();
    server = await ServerProcess.start({ config: 'ui = true', args: ['-dev', '-dev-root-token-id=root'] });
    root = new Api(server.address, 'root');
    await eventually('the mount of -dev', async () => (await root.get('sys/mounts/secret')).status === 200);
    page = await browser.visit(server.address, '/ui/vault/secrets/secret/kv/list/');
    await signIn(page, { token: 'root' });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it('begins with an empty engine, and makes a secret of a text and a long number', async () => {
    await page.getByText('Nothing is here yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Create the first secret' }).click();
    await page.getByLabel('Path for this secret').fill('app/db');
    await page.getByLabel('Key 1').fill('password');
    await page.getByLabel('Value 1').fill('s3cr3t');
    await page.getByRole('button', { name: 'Add a key' }).click();
    await page.getByLabel('Key 2').fill('id');
    await page.getByLabel('Value 2').fill(LONG_NUMBER);
    await page.getByLabel('Kind of 2').selectOption('JSON');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save…' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save as version 1' }).click();
    await page.getByText('secret/app/db is saved.').waitFor();
    expect((await root.get('secret/data/app/db')).text).toContain(`"id":${LONG_NUMBER}`);
  });

  it('hides values until they are asked for', async () => {
    await page.getByRole('button', { name: 'Show password' }).waitFor();
    expect(await page.content()).not.toContain('s3cr3t');
    await page.getByRole('button', { name: 'Show password' }).click();
    await page.getByText('s3cr3t').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('keeps the number through an edit as JSON, and shows what will change', async () => {
    await page.getByRole('link', { name: 'Create new version' }).click();
    await page.getByRole('button', { name: 'JSON' }).click();
    const json = page.getByLabel('Secret as JSON');
    const text = await json.inputValue();
    await json.fill(`${text},`);
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByRole('alert').filter({ hasText: 'This is no JSON' }).waitFor();
    expect(await json.inputValue()).toBe(`${text},`);
    await json.fill(text.replace('s3cr3t', 'changed'));
    await page.getByRole('button', { name: 'Save…' }).click();
    await dialog()
      .getByRole('row', { name: /password changed/ })
      .waitFor();
    expect(await dialog().getByRole('row', { name: /^id/ }).count()).toBe(0);
    await dialog().getByRole('button', { name: 'Save as version 2' }).click();
    await page.getByText('secret/app/db is saved.').first().waitFor();
    expect((await root.get('secret/data/app/db')).text).toContain(`"id":${LONG_NUMBER}`);
  });

  it('shows theirs and yours where somebody else has saved meanwhile, and asks before an edit is lost', async () => {
    await page.getByRole('link', { name: 'Create new version' }).click();
    await page.getByLabel('Value 1').fill('mine');
    await root.must('POST', 'secret/data/app/db', { data: { password: 'theirs' } });
    await page.getByRole('link', { name: 'Metadata' }).click();
    await dialog().getByText('It is lost when you leave this page.').waitFor();
    await dialog().getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('button', { name: 'Save…' }).click();
    await dialog().getByRole('button', { name: 'Save as version 3' }).click();
    await dialog().getByText('Theirs, version 3').waitFor();
    await dialog().getByLabel('Show values').check();
    await dialog().getByText('theirs', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await root.get('secret/data/app/db')).body.data.data).toEqual({ password: 'theirs' });
    await dialog().getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Version 4, created').waitFor();
    expect((await root.get('secret/data/app/db')).body.data.data.password).toBe('mine');
  });

  it('copies a secret as a token for one look', async () => {
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await dialog().getByText('vault kv get secret/app/db').waitFor();
    await dialog().getByRole('button', { name: 'Wrap secret' }).click();
    const token = await dialog().getByTestId('wrapped-token').textContent();
    expect(await accessibilityFaults(page)).toEqual([]);
    const unwrapped = await root.as(String(token)).must('POST', 'sys/wrapping/unwrap');
    expect(unwrapped.data.data.password).toBe('mine');
    await page.keyboard.press('Escape');
  });

  it.each(HARD_NAMES)('opens the secret %s from its folder, and from its address', async (name) => {
    await root.must('POST', `secret/data/hard/${encoded(name)}`, { data: { name } });
    const parts = name.split('/');
    await page.goto(at('secret/kv/list/hard'));
    for (const [index, part] of parts.entries())
      await page
        .getByRole('list', { name: 'Secrets and folders' })
        .getByText(index < parts.length - 1 ? `${part}/` : part, { exact: true })
        .click();
    await page.getByRole('button', { name: 'Show name' }).click();
    await page.getByLabel('Value of name').getByText(name, { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Show name' }).waitFor();
  });

  it('scrolls through ten thousand names, and finds one of them', async () => {
    await root.must('POST', 'sys/mounts/many', { type: 'kv', options: { version: '1' } });
    const names = Array.from({ length: 10_000 }, (_, index) => `name-${String(index).padStart(5, '0')}`);
    for (let from = 0; from < names.length; from += 100)
      await Promise.all(names.slice(from, from + 100).map((name) => root.post(`many/big/${name}`, { a: 'b' })));
    await page.goto(at('many/kv/list/big'));
    await page.getByText('10,000 names').waitFor();
    await page.getByText('name-00000').waitFor();
    expect(await page.getByRole('list', { name: 'Secrets and folders' }).getByRole('link').count()).toBeLessThan(200);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.getByText('name-09999').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.evaluate('scrollTo(0, 0)');
    await page.keyboard.press('/');
    await page.keyboard.type('name-05123');
    await page.getByText('1 of 10,000 names').waitFor();
    await page.goto(at('many/kv/list/'));
    await page.getByLabel('Filter').fill('05123');
    await page.getByRole('button', { name: 'Search below here' }).click();
    await page.getByText('Searched all. 1 found in 2 folders.').waitFor();
    await page.getByRole('link', { name: 'big/name-05123' }).click();
    await page.getByRole('button', { name: 'Show a' }).waitFor();
  });

  it('keeps what is entered while its tab is left, and hides it from the command', async () => {
    await page.goto(at('secret/kv/edit/fresh'));
    await page.getByLabel('Key 1').fill('a');
    await page.getByLabel('Value 1').fill('kept');
    const askedAgain = page.waitForResponse((answer) => answer.url().endsWith('/v1/secret/data/fresh'));
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    await askedAgain;
    expect(await page.getByLabel('Value 1').inputValue()).toBe('kept');
    await page.getByRole('button', { name: 'Save…' }).click();
    await dialog().getByRole('button', { name: 'As command' }).click();
    const command = page.getByRole('dialog', { name: 'As command' });
    await command.getByText('<value>').first().waitFor();
    expect(await command.textContent()).not.toContain('kept');
    await command.getByRole('button', { name: 'Close' }).click();
    await dialog().getByRole('button', { name: 'Save as version 1' }).click();
    await page.getByText('Version 1, created').waitFor();
  });

  it('saves an edit of a secret that somebody has deleted meanwhile', async () => {
    await page.getByRole('link', { name: 'Create new version' }).click();
    await page.getByLabel('Value 1').fill('mine');
    await root.must('DELETE', 'secret/metadata/fresh');
    await page.getByRole('button', { name: 'Save…' }).click();
    await dialog().getByRole('button', { name: 'Save as version 2' }).click();
    await dialog().getByText('Somebody else has deleted fresh meanwhile').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Version 1, created').waitFor();
    expect((await root.get('secret/data/fresh')).body.data.data).toEqual({ a: 'mine' });
  });

  it('lets a token that may only write replace what it cannot see, once that is said', async () => {
    const policy = 'path "many/*" { capabilities = ["create", "update"] }';
    await root.must('POST', 'sys/policies/acl/writer', { policy });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['writer'] });
    const other = await browser.visitElsewhere(server.address, '/ui/vault/secrets/many/kv/create/');
    await signIn(other, { token: auth.client_token });
    await other.getByLabel('Path for this secret').fill('blind');
    await other.getByLabel('Key 1').fill('a');
    await other.getByLabel('Value 1').fill('b');
    await other.getByRole('button', { name: 'Save…' }).click();
    const save = other.getByRole('dialog').getByRole('button', { name: 'Save', exact: true });
    await save.click();
    await other.getByText('You could not read what is there now.').waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
    expect((await root.get('many/blind')).status).toBe(404);
    await save.click();
    await other.getByText('many/blind is saved.').waitFor();
    expect((await root.get('many/blind')).body.data).toEqual({ a: 'b' });
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
