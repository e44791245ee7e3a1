import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { Api } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { accessibilityFaults, describeInBrowser, signIn, TestBrowser } from './browser';

/** A name that each layer on its way has to leave alone. */
const ODD = 'team/a b%2fc#d?e/日本';
const TEAM = `path "secret/data/team/*" {
  capabilities = ["create", "read", "update"]
  required_parameters = ["owner"]
}
path "secret/data/+/private" {
  capabilities = ["deny"]
}
path "secret/data/team/open" {
  capabilities = ["read"]
}
`;

// Each test goes on where the one before it ended.
describeInBrowser('policies by clicks', () => {
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
    page = await browser.visit(server.address, '/ui/vault/policies');
    await signIn(page, { token });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const editor = () => page.getByRole('textbox', { name: 'Policy', exact: true });
  const checks = () => page.getByRole('status', { name: 'Checks' });
  const policy = async (name: string) =>
    (await root.get(`sys/policies/acl/${encodeURIComponent(name)}`)).body?.data?.policy as unknown;
  const go = async (path: string) => {
    await page.goto(`${server.address}/ui/vault/policies/${path}`);
  };
  /** In place of all that the editor holds. */
  const write = async (text: string) => {
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  };
  const expectNoFaults = async () => expect(await accessibilityFaults(page)).toEqual([]);

  it('lists them, and finds one', async () => {
    await heading('Policies');
    await page.getByRole('link', { name: 'default' }).waitFor();
    await page.getByLabel('Filter').fill('ROO');
    await page.getByText('1 of 2 policies').waitFor();
    expect(await page.getByRole('link', { name: 'default' }).count()).toBe(0);
    await expectNoFaults();
  });

  it('shows root as it is, and lets nobody change it', async () => {
    await page.getByRole('link', { name: 'root', exact: true }).click();
    await page.getByText('root may do everything').waitFor();
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
    await go('acl/root/edit');
    await page.getByText('It cannot be changed').waitFor();
    await expectNoFaults();
  });

  it('lets default be changed, and not be deleted', async () => {
    await go('acl/default');
    await editor().waitFor();
    await page.getByRole('link', { name: 'Edit' }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
    await expectNoFaults();
  });

  it('checks a new one while it is typed, and leads to what is wrong', async () => {
    await go('acl/create');
    await page.getByLabel('Name').fill(ODD);
    await checks().getByText('Nothing wrong with it').waitFor();
    await write('path "a/*" {\n  capabilities = ["reed"]\n  capability = 1\n}');
    const wrong = checks().getByRole('button', { name: 'invalid capability "reed"' });
    await wrong.waitFor();
    await checks().getByText('invalid key "capability"').waitFor();
    expect(await page.locator('.problem.error').allTextContents()).toEqual(['"reed"', 'capability']);
    await expectNoFaults();
    await wrong.click();
    await page.keyboard.type('x');
    await checks().getByText('expected comma').or(checks().getByText('expected a value')).first().waitFor();
  });

  it('leaves the editor by Tab', async () => {
    await editor().press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
  });

  it('shows where the server refuses it, and forbids nothing itself', async () => {
    await write('path "a" {\n  capabilities = ["reed"]\n}');
    await page.getByRole('button', { name: 'Create policy' }).click();
    await page.getByRole('alert').getByText('invalid capability "reed"').waitFor();
    expect(await policy(ODD)).toBeUndefined();
  });

  it('asks before what is written is lost', async () => {
    await page.getByRole('link', { name: 'Cancel' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.waitFor();
    await expectNoFaults();
    await dialog.getByRole('button', { name: 'Stay' }).click();
    await heading('Create ACL policy');
  });

  it('takes a file, and saves it by Ctrl S', async () => {
    await page
      .getByLabel('Policy file')
      .setInputFiles({ name: 'team.hcl', mimeType: 'text/plain', buffer: Buffer.from(TEAM) });
    await page.getByRole('region', { name: 'Rules' }).getByText('secret/data/+/private').waitFor();
    await editor().press('Control+S');
    await heading(ODD);
    await page.getByText(`The policy ${ODD} is saved.`).waitFor();
    expect(await policy(ODD)).toBe(TEAM);
  });

  it('shows it with its rules, at its own address, and hands it out', async () => {
    await page.reload();
    await heading(ODD);
    const row = page.getByRole('row').filter({ hasText: 'secret/data/team/open' });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['no', 'yes', 'no', 'no', 'no', 'no', 'no']);
    await page.getByText('required_parameters: owner').waitFor();
    await expectNoFaults();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(await readFile(await file.path(), 'utf8')).toBe(TEAM);
  });

  it('edits it', async () => {
    await page.getByRole('link', { name: 'Edit' }).click();
    await heading(`Edit ${ODD}`);
    await editor().press('Control+End');
    await page.keyboard.type('# More.');
    await page.getByRole('button', { name: 'Save' }).click();
    await heading(ODD);
    expect(await policy(ODD)).toBe(`${TEAM}# More.`);
  });

  it('takes JSON as well', async () => {
    await go('acl/create');
    await page.getByLabel('Name').fill('Json');
    await page.getByText('Stored in small letters: json').waitFor();
    const text = '{"path": {"a": {"capabilities": ["list"]}}}';
    await write(text);
    await page.getByRole('button', { name: 'Create policy' }).click();
    await heading('json');
    expect(await policy('json')).toBe(text);
  });

  describe('the tester', () => {
    const result = () => page.getByRole('heading', { name: /^Result for / });
    const ask = async (path: string) => {
      await page.getByLabel('Path', { exact: true }).fill(path);
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await result().getByText(path).waitFor();
    };
    const said = async (by: string) =>
      page
        .locator('section')
        .filter({ has: page.getByRole('heading', { name: by }) })
        .last();

    it('says what a token may do, by which line, and that the server says the same', async () => {
      await root.must('POST', 'sys/policies/acl/team', { policy: TEAM });
      const { auth } = await root.must('POST', 'auth/token/create', { policies: ['team'] });
      await page.getByRole('link', { name: 'Policies', exact: true }).click();
      await page.getByRole('link', { name: 'Tester' }).click();
      await page.getByLabel('Whose capabilities').selectOption('Another token');
      await page.getByLabel('Token', { exact: true }).fill(auth.client_token);
      await ask('secret/data/team/app');
      for (const by of ['The server says', 'The policies say'])
        expect(await (await said(by)).innerText()).toMatch(/create\s+read\s+update/);
      expect(await page.getByText('The two differ').count()).toBe(0);
      await page.getByRole('region', { name: 'Decided by' }).getByText('required_parameters: owner').waitFor();
      await expectNoFaults();
      await ask('secret/data/team/private');
      await page.getByRole('region', { name: 'Decided by' }).getByRole('link', { name: 'team, line 1' }).waitFor();
      await page
        .getByRole('region', { name: 'Less specific rules' })
        .getByRole('link', { name: 'team, line 5' })
        .waitFor();
      expect(page.url()).not.toContain(auth.client_token);
    });

    it('leads to the line', async () => {
      await page.getByRole('link', { name: 'team, line 5' }).click();
      await heading('team');
      await page.locator('.cm-activeLine').getByText('secret/data/+/private').waitFor();
    });

    it('says what the session itself may do', async () => {
      await page.goBack();
      await page.getByLabel('Whose capabilities').selectOption('The token of this session');
      await ask('sys/seal');
      await page.getByText('The policy root may do everything.').waitFor();
    });

    it('takes an accessor', async () => {
      const { auth } = await root.must('POST', 'auth/token/create', { policies: ['json'] });
      await page.getByLabel('Whose capabilities').selectOption('The token of an accessor');
      await page.getByLabel('Accessor').fill(auth.accessor);
      await ask('a');
      await page.getByRole('link', { name: 'json, line 1' }).waitFor();
      await ask('nowhere');
      await page.getByText('No rule is about this path').waitFor();
    });

    it('takes a list of policies, from the page of one as well', async () => {
      await go('acl/team');
      await page.getByRole('link', { name: 'Test', exact: true }).click();
      expect(await page.getByRole('textbox', { name: 'Policies' }).inputValue()).toBe('team');
      await page.getByRole('textbox', { name: 'Policies' }).fill('team, default, nobody');
      await ask('cubbyhole/x');
      await page.getByRole('link', { name: /^default, line/ }).waitFor();
      await page.getByText('Not asked: it decides').waitFor();
    });

    it('says so where it differs from the server', async () => {
      await page.route('**/v1/sys/capabilities-self', async (route) =>
        route.fulfill({ json: { capabilities: ['read'], 'sys/seal': ['read'] } }),
      );
      await page.getByLabel('Whose capabilities').selectOption('The token of this session');
      await ask('sys/seal');
      await page.getByText('The two differ, and the server decides').waitFor();
      await expectNoFaults();
      await page.unroute('**/v1/sys/capabilities-self');
    });
  });

  it('begins a password policy, and makes a password by it', async () => {
    await go('password');
    await page.getByText('There is no password policy yet').waitFor();
    await expectNoFaults();
    await page.getByRole('link', { name: 'Create password policy' }).click();
    await page.getByLabel('Name').fill('strong');
    await write('length = 3\nrule "charset" { charset = "ab" }');
    await checks().getByText('passwords must be at least 4 characters').waitFor();
    await write('length = 12\nrule "charset" { charset = "ab" }');
    await checks().getByText('Nothing wrong with it').waitFor();
    await page.getByRole('button', { name: 'Create policy' }).click();
    await heading('strong');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByText(/^[ab]{12}$/).waitFor();
    await expectNoFaults();
  });

  it('deletes one, once it is said what is lost', async () => {
    await go('acl/json');
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete the policy json?' });
    await dialog.getByText('Its text is lost').waitFor();
    await expectNoFaults();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await heading('Policies');
    await page.getByRole('link', { name: 'team', exact: true }).waitFor();
    expect(await policy('json')).toBeUndefined();
  });

  it('says when there is none of a name', async () => {
    await go('acl/gone');
    await page.getByText('There is nothing at this path').waitFor();
    await expectNoFaults();
  });

  it('offers only what the token may do', async () => {
    await root.must('POST', 'sys/policies/acl/reader', {
      policy:
        'path "sys/policies/acl/*" { capabilities = ["read"] }\npath "sys/policies/acl" { capabilities = ["list"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['reader'] });
    const other = await browser.visitElsewhere(server.address, '/ui/vault/policies/acl/team');
    await signIn(other, { token: auth.client_token });
    await other.getByRole('textbox', { name: 'Policy', exact: true }).waitFor();
    await other.getByRole('link', { name: 'Edit' }).waitFor({ state: 'hidden' });
    await other.getByRole('button', { name: 'Delete…' }).waitFor({ state: 'hidden' });
    await other.goto(`${server.address}/ui/vault/policies/password`);
    await other.getByRole('alert').waitFor();
    expect(await accessibilityFaults(other)).toEqual([]);
  });

  it('holds nobody at a text that is not saved, once the session is over', async () => {
    await go('acl/create');
    await page.getByLabel('Name').fill('lost');
    await write('path "a" { capabilities = ["read"] }');
    await page.getByRole('button', { name: 'Who is signed in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Tidelock', level: 1 }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('asked nobody else, and broke no rule of its policy', () => {
    expect(browser.faults).toEqual([]);
  });
});
