import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Around, CliFixture, secret } from './testing/cli-fixture.testing';

describe('operating a server by command line', () => {
  let cli: CliFixture;
  let seen: CliFixture['seen'];
  let answers: CliFixture['answers'];

  beforeEach(async () => {
    cli = await new CliFixture().open();
    ({ seen, answers } = cli);
  });
  afterEach(() => cli.close());
  const tidelock = (words: readonly string[], around: Around = {}) => cli.run(words, around);

  describe('status', () => {
    const seal = (sealed: boolean) => ({
      body: JSON.stringify({
        type: 'shamir',
        initialized: true,
        sealed,
        t: 3,
        n: 5,
        progress: 1,
        nonce: '',
        version: '1.17.0+tidelock.0.1.0',
        storage_type: 'inmem',
      }),
    });

    it('ends with 0 for an open server', async () => {
      answers['GET sys/seal-status'] = seal(false);
      const { code, out } = await tidelock(['status']);
      expect(code).toBe(0);
      expect(out).toMatch(/^Sealed {10}false$/m);
      expect(out).not.toContain('Unseal Progress');
    });

    it('ends with 2 for a sealed one, and shows how far it is', async () => {
      answers['GET sys/seal-status'] = seal(true);
      expect(await tidelock(['status'])).toMatchObject({
        code: 2,
        out: expect.stringMatching(/^Unseal Progress {4}1\/3$/m),
      });
      expect(await tidelock(['status', '-format=json'])).toMatchObject({
        code: 2,
        out: expect.stringContaining('"sealed": true'),
      });
    });

    it('ends with 1 where nobody answers', async () => {
      expect(await tidelock(['status', '-address=http://127.0.0.1:1'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('Error checking seal status: '),
      });
    });
  });

  describe('operator', () => {
    it('initialises without a token, and prints what cannot be shown again', async () => {
      answers['PUT sys/init'] = { body: '{"keys":["aa","bb"],"keys_base64":["qg==","uw=="],"root_token":"hvs.r"}' };
      const words = ['operator', 'init', '-key-shares=2', '-key-threshold=2'];
      const { out } = await tidelock(words, { env: { VAULT_TOKEN: 'old' } });
      expect(out).toMatch(/^Unseal Key 1: qg==\nUnseal Key 2: uw==\n\nInitial Root Token: hvs\.r\n/);
      expect(seen[0]?.headers).not.toHaveProperty('x-vault-token');
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ secret_shares: 2, secret_threshold: 2 });
      expect(JSON.parse((await tidelock([...words, '-format=json'])).out)).toMatchObject({
        unseal_keys_b64: ['qg==', 'uw=='],
        unseal_keys_hex: ['aa', 'bb'],
        unseal_threshold: 2,
        root_token: 'hvs.r',
      });
    });

    it('tells whether a server is initialised', async () => {
      answers['GET sys/init'] = { body: '{"initialized":false}' };
      expect(await tidelock(['operator', 'init', '-status'])).toMatchObject({
        code: 2,
        out: 'Vault is not initialized\n',
      });
    });

    it('unseals with a key given, typed or piped', async () => {
      answers['PUT sys/unseal'] = {
        body: '{"type":"shamir","initialized":true,"sealed":false,"t":1,"n":1,"progress":0}',
      };
      await tidelock(['operator', 'unseal', 'k1']);
      await tidelock(['operator', 'unseal'], { typed: 'k2' });
      await tidelock(['operator', 'unseal', '-'], { input: 'k3\n' });
      await tidelock(['operator', 'unseal', '-reset']);
      expect(seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        { key: 'k1' },
        { key: 'k2' },
        { key: 'k3' },
        { reset: true },
      ]);
    });

    it('does not wait for a person who is not there', async () => {
      expect(await tidelock(['operator', 'unseal'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('no terminal to ask at'),
      });
      expect(await tidelock(['operator', 'unseal', '-non-interactive'], { typed: 'k' })).toMatchObject({ code: 1 });
    });

    it('seals', async () => {
      answers['PUT sys/seal'] = { status: 204 };
      expect(await tidelock(['operator', 'seal'])).toMatchObject({ code: 0, out: 'Success! Vault is sealed.\n' });
    });
  });

  describe('login', () => {
    const AUTH = {
      body: '{"data":null,"auth":{"client_token":"hvs.t","accessor":"a","lease_duration":3600,"renewable":true,"policies":["default"],"token_policies":["default"],"metadata":{"username":"tester"}}}',
    };
    const stored = (): string => readFileSync(join(cli.folder, 'token'), 'utf8');
    const words = ['login', '-method=userpass', 'username=tester', 'password=changeme'];
    beforeEach(() => {
      answers['PUT auth/userpass/login/tester'] = AUTH;
      answers['PUT auth/staff/login/tester'] = AUTH;
      answers['GET auth/token/lookup-self'] = secret({ accessor: 'a', ttl: 0, policies: ['root'] });
    });

    it('sends a password and keeps the token for its owner alone', async () => {
      const { code, out } = await tidelock(words);
      expect(code).toBe(0);
      expect(out).toContain('Success! You are now authenticated.');
      expect(out).toMatch(/^token_duration {9}1h$/m);
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ password: 'changeme' });
      expect([stored(), statSync(join(cli.folder, 'token')).mode & 0o777]).toEqual(['hvs.t', 0o600]);
    });

    it('asks for a password that was not given', async () => {
      await tidelock(words.slice(0, 3), { typed: 'typed' });
      expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ password: 'typed' });
    });

    it.each(['staff', 'staff/', 'auth/staff'])('finds the method at -path=%s', async (path) => {
      expect(
        (await tidelock(['login', '-method=userpass', `-path=${path}`, 'username=tester', 'password=p'])).code,
      ).toBe(0);
      expect(seen[0]?.line).toBe('PUT auth/staff/login/tester');
    });

    it('keeps nothing with -no-store, and prints the token alone with -token-only', async () => {
      await tidelock(['login', '-no-store', ...words.slice(1)]);
      expect((await tidelock(['login', '-token-only', ...words.slice(1)])).out).toBe('hvs.t');
      expect(stored).toThrow(/ENOENT/);
    });

    it('proves a token by looking it up with itself', async () => {
      const { code, out } = await tidelock(['login', 'hvs.mine'], { env: { VAULT_TOKEN: 'other' } });
      expect(code).toBe(0);
      expect(seen[0]?.headers['x-vault-token']).toBe('hvs.mine');
      expect(out).toMatch(/^token_policies {7}\["root"\]$/m);
      expect(stored()).toBe('hvs.mine');
    });

    it('warns that the environment wins over what was stored', async () => {
      expect((await tidelock(words, { env: { TIDELOCK_TOKEN: 'x' } })).err).toContain(
        'TIDELOCK_TOKEN environment variable is set',
      );
    });

    it('keeps nothing of a login that failed', async () => {
      answers['PUT auth/userpass/login/tester'] = { status: 400, body: '{"errors":["invalid username or password"]}' };
      expect(await tidelock(words)).toMatchObject({
        code: 2,
        err: expect.stringContaining('* invalid username or password'),
      });
      expect(stored).toThrow(/ENOENT/);
    });

    it.each([[['login', '-method=nope']], [['login', '-method=userpass', 'password=x']]])(
      'calls %j a local error',
      async (call) => {
        expect((await tidelock(call)).code).toBe(1);
      },
    );
  });

  describe('replication status', () => {
    it('prints a table, or the data alone as JSON', async () => {
      answers['GET sys/replication/performance/status'] = secret({
        mode: 'primary',
        state: 'running',
        secondaries: [{ node_id: 'us-east', connection_status: 'connected' }],
      });
      expect((await tidelock(['replication', 'status'])).out).toMatch(
        /^mode {5}primary$[\s\S]*Secondaries\n\nnode_id {4}connection_status\n/m,
      );
      expect(JSON.parse((await tidelock(['replication', 'status', '-format=json'])).out)).toMatchObject({
        mode: 'primary',
      });
    });
  });

  describe('kafka', () => {
    it('says that nothing runs in a folder, with exit code 2', async () => {
      expect(await tidelock(['kafka', 'status', '-dir', cli.folder])).toEqual({
        code: 2,
        err: '',
        out: `Kafka is not running in ${cli.folder}\n`,
      });
      expect((await tidelock(['kafka', 'stop', '-dir', cli.folder])).code).toBe(0);
    });

    it.each([['-port=0'], ['-port=65536'], ['-port=x']])('refuses %s', async (flag) => {
      expect((await tidelock(['kafka', 'start', '-dir', cli.folder, flag])).code).toBe(1);
    });
  });
});
