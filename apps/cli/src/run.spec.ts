import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Around, CliFixture, secret } from './testing/cli-fixture.testing';

describe('the command line', () => {
  let cli: CliFixture;
  let seen: CliFixture['seen'];
  let answers: CliFixture['answers'];

  beforeEach(async () => {
    cli = await new CliFixture().open();
    ({ seen, answers } = cli);
  });
  afterEach(() => cli.close());
  const tidelock = (words: readonly string[], around: Around = {}) => cli.run(words, around);

  describe('help and version', () => {
    it.each([['version'], ['-version'], ['--version'], ['-v']])('%s prints the version', async (word) => {
      expect(await tidelock([word])).toMatchObject({ code: 0, out: expect.stringMatching(/^Tidelock v\d+\.\d+\.\d+/) });
    });

    it.each([['--help'], ['-help'], ['-h'], ['help']])('%s lists the commands', async (word) => {
      const { code, out } = await tidelock([word]);
      expect(code).toBe(0);
      for (const name of [
        'read',
        'write',
        'list',
        'delete',
        'login',
        'status',
        'operator',
        'replication',
        'kafka',
        'server',
        'version',
      ])
        expect(out).toMatch(new RegExp(`^ {4}${name} `, 'm'));
    });

    it.each([
      ['read'],
      ['write'],
      ['list'],
      ['delete'],
      ['login'],
      ['status'],
      ['operator init'],
      ['operator unseal'],
      ['operator seal'],
      ['replication status'],
      ['kafka start'],
      ['kafka stop'],
      ['kafka status'],
      ['operator'],
      ['kafka'],
      ['version'],
    ])('%s -help explains it', async (name) => {
      expect(await tidelock([...name.split(' '), '-help'])).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringContaining(`Usage: tidelock ${name}`),
      });
      expect(seen).toEqual([]);
    });

    it.each([[[]], [['nope']], [['operator']], [['operator', 'nope']]])(
      '%j is an error that lists what there is',
      async (words) => {
        expect(await tidelock(words)).toMatchObject({
          code: 1,
          out: '',
          err: expect.stringContaining('Usage: tidelock '),
        });
      },
    );
  });

  describe('where the server is and who asks', () => {
    beforeEach(() => void (answers['GET a'] = secret({ k: 'v' })));

    it('takes TIDELOCK_ over VAULT_, and a flag over both', async () => {
      const wrong = 'http://127.0.0.1:1';
      expect(
        (
          await tidelock(['read', 'a'], {
            env: { VAULT_ADDR: wrong, TIDELOCK_ADDR: cli.address, VAULT_TOKEN: 'no', TIDELOCK_TOKEN: 'yes' },
          })
        ).code,
      ).toBe(0);
      expect(seen[0]?.headers['x-vault-token']).toBe('yes');
      expect((await tidelock(['read', `-address=${cli.address}`, 'a'], { env: { TIDELOCK_ADDR: wrong } })).code).toBe(
        0,
      );
    });

    it('takes the token of the last login where the environment has none', async () => {
      writeFileSync(join(cli.folder, 'token'), 'kept\n');
      await tidelock(['read', 'a']);
      expect(seen[0]?.headers['x-vault-token']).toBe('kept');
    });

    it('asks https://127.0.0.1:8200 by default', async () => {
      const { code, err } = await tidelock(['read', 'a'], { env: { VAULT_ADDR: '', VAULT_CLIENT_TIMEOUT: '1' } });
      expect(code).toBe(2);
      expect(err).toContain('GET https://127.0.0.1:8200/v1/a: ');
    });

    it('sends wrap time, namespace, headers and MFA', async () => {
      await tidelock(['read', '-wrap-ttl', '5m', '-ns=team', '-header=x-a=1=2', '-mfa=totp:123', 'a']);
      expect(seen[0]?.headers).toMatchObject({
        'x-vault-wrap-ttl': '5m',
        'x-vault-namespace': 'team',
        'x-a': '1=2',
        'x-vault-mfa': 'totp:123',
      });
    });

    it.each([
      [['read', '-address=nonsense', 'a'], /expected http/],
      [['read', '-header=x', 'a'], /expected name=value/],
      [['read', '-format=xml', 'a'], /Invalid output format: xml/],
      [['read', '-ca-cert=/nowhere/ca.pem', 'a'], /\/nowhere\/ca\.pem/],
    ])('calls %j a local error', async (words, text) => {
      expect(await tidelock(words)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(text) });
    });
  });

  describe('read', () => {
    it('prints a table, numbers to the letter', async () => {
      answers['GET secret/a'] = {
        body: '{"lease_id":"","lease_duration":2764800,"data":{"pin":12345678901234567890,"b":"x"}}',
      };
      expect(await tidelock(['read', 'secret/a'])).toEqual({
        code: 0,
        err: '',
        out: 'Key                 Value\n---                 -----\nrefresh_interval    768h\nb                   x\npin                 12345678901234567890\n',
      });
    });

    it('prints JSON and YAML of the whole answer, by flag or environment', async () => {
      answers['GET secret/a'] = secret({ n: 1 });
      const { out } = await tidelock(['read', '-format=json', 'secret/a']);
      expect(JSON.parse(out)).toEqual({
        request_id: 'r',
        lease_id: '',
        renewable: false,
        lease_duration: 0,
        data: { n: 1 },
        warnings: null,
      });
      expect((await tidelock(['read', 'secret/a'], { env: { VAULT_FORMAT: 'yaml' } })).out).toContain(
        'data:\n  "n": 1\n',
      );
    });

    it('prints the answer as it came with -format=raw', async () => {
      answers['GET secret/a'] = { body: '{"data": {"n": 1.50}}\n' };
      expect((await tidelock(['read', '-format=raw', 'secret/a'])).out).toBe('{"data": {"n": 1.50}}\n');
    });

    it('prints one field alone, without a line break for programs', async () => {
      answers['GET secret/a'] = secret({ password: 's' });
      expect((await tidelock(['read', '-field=password', 'secret/a'])).out).toBe('s');
      expect(await tidelock(['read', '-field=nope', 'secret/a'])).toMatchObject({
        code: 1,
        err: 'Field "nope" not present in secret\n',
      });
    });

    it('turns further words into query parameters', async () => {
      answers['GET secret/data/a?version=2'] = secret({ n: 1 });
      expect((await tidelock(['read', '/secret/data/a', 'version=2'])).code).toBe(0);
    });

    it('means the same with a slash behind the path', async () => {
      answers['GET secret/a'] = { body: '{"data":{"x":1}}' };
      expect(await tidelock(['read', 'secret/a/'])).toMatchObject({ code: 0 });
      await tidelock(['write', '/secret/a/', 'x=1']);
      await tidelock(['delete', 'secret/a//']);
      expect(seen.map(({ line }) => line)).toEqual(['GET secret/a', 'PUT secret/a', 'DELETE secret/a']);
    });

    it('says where nothing is', async () => {
      expect(await tidelock(['read', 'secret/none'])).toEqual({
        code: 2,
        out: '',
        err: 'No value found at secret/none\n',
      });
    });

    it('shows a deleted version, which comes with a 404', async () => {
      answers['GET secret/data/a'] = { status: 404, ...secret({ data: null, metadata: { version: 1 } }) };
      expect(await tidelock(['read', 'secret/data/a'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('map[version:1]'),
      });
    });

    it('prints warnings beside the answer', async () => {
      answers['GET a'] = secret({ n: 1 }, { warnings: ['careful'] });
      expect(await tidelock(['read', 'a'])).toMatchObject({
        err: expect.stringContaining('  * careful\n'),
        out: expect.stringContaining('n      1'),
      });
    });

    it("explains a refusal as Vault's command does, with exit code 2", async () => {
      answers['GET a'] = { status: 403, body: '{"errors":["permission denied"]}' };
      expect(await tidelock(['read', 'a'])).toEqual({
        code: 2,
        out: '',
        err: `Error reading a: Error making API request.\n\nURL: GET ${cli.address}/v1/a\nCode: 403. Errors:\n\n* permission denied\n`,
      });
    });

    it.each([[['read']], [['list', 'a', 'b']], [['read', 'a/../b']], [['read', '-nope', 'a']]])(
      'calls %j a local error, and asks nobody',
      async (words) => {
        expect((await tidelock(words)).code).toBe(1);
        expect(seen).toEqual([]);
      },
    );

    it('warns of flags that come too late', async () => {
      answers['GET a?-format=json'] = secret({ n: 1 });
      expect((await tidelock(['read', 'a', '-format=json'])).err).toContain('Flags must come before the arguments');
    });
  });

  describe('write and delete', () => {
    it('writes pairs, and says so where nothing is answered', async () => {
      answers['PUT secret/a'] = { status: 204 };
      expect(await tidelock(['write', 'secret/a', 'k=v'])).toEqual({
        code: 0,
        err: '',
        out: 'Success! Data written to: secret/a\n',
      });
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ k: 'v' });
    });

    it('stays silent where a program asked for JSON', async () => {
      answers['PUT secret/a'] = { status: 204 };
      expect(await tidelock(['write', '-format=json', 'secret/a', 'k=v'])).toEqual({ code: 0, err: '', out: '' });
    });

    it('writes nothing with -f only', async () => {
      answers['PUT sys/rotate'] = { status: 204 };
      expect(await tidelock(['write', 'sys/rotate'])).toMatchObject({
        code: 1,
        err: 'Must supply data or use -force\n',
      });
      expect((await tidelock(['write', '-f', 'sys/rotate'])).code).toBe(0);
      expect(seen).toHaveLength(1);
    });

    it('passes numbers of a document on to the letter', async () => {
      answers['PUT secret/a'] = { status: 204 };
      await tidelock(['write', 'secret/a', '-'], { input: '{"n":12345678901234567890}' });
      expect(seen[0]?.body).toBe('{"n":12345678901234567890}');
    });

    it('shows a wrapped answer, and its token alone by -field', async () => {
      answers['PUT a'] = {
        body: '{"data":null,"wrap_info":{"token":"w","accessor":"x","ttl":1800,"creation_time":"t","creation_path":"a"}}',
      };
      expect((await tidelock(['write', '-f', 'a'])).out).toContain('wrapping_token_ttl:              30m\n');
      expect((await tidelock(['write', '-f', '-field=wrapping_token', 'a'])).out).toBe('w');
    });

    it('deletes', async () => {
      answers['DELETE secret/a'] = { status: 204 };
      expect((await tidelock(['delete', 'secret/a'])).out).toBe('Success! Data deleted (if it existed) at: secret/a\n');
    });
  });

  describe('list', () => {
    it('prints keys as a column, or as a JSON list', async () => {
      answers['GET secret/?list=true'] = secret({ keys: ['a', 'b/'] });
      expect((await tidelock(['list', 'secret/'])).out).toBe('Keys\n----\na\nb/\n');
      expect(JSON.parse((await tidelock(['list', '-format=json', 'secret/'])).out)).toEqual(['a', 'b/']);
    });

    it('says where nothing is', async () => {
      expect(await tidelock(['list', 'none'])).toEqual({ code: 2, out: '', err: 'No value found at none\n' });
      expect(await tidelock(['list', '-format=json', 'none'])).toEqual({ code: 2, out: '{}\n', err: '' });
    });
  });
});
