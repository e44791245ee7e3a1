import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newBrokerCertificate, type BrokerCertificate } from '@tidelock/dev-kafka';
import { CliFixture } from '../testing/cli-fixture.testing';

// The first error of every newcomer: it says what is wrong and what to do, in words.
describe('a server that does not answer', () => {
  let cli: CliFixture;
  let secure: Server;
  let made: BrokerCertificate;
  let httpsAddress: string;
  const folder = mkdtempSync(join(tmpdir(), 'cli-tls-'));
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  beforeAll(async () => {
    cli = await new CliFixture().open();
    made = await newBrokerCertificate();
    secure = createServer({ cert: made.certificate, key: made.privateKey }, (_request, response) =>
      response.end('{}'),
    ).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    httpsAddress = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    cli.close();
    secure.closeAllConnections();
    secure.close();
  });

  const status = (env: Record<string, string>) =>
    cli.run(['read', 'sys/health'], { env: { VAULT_MAX_RETRIES: '0', ...env } });

  it('speaks plain HTTP: the address to export', async () => {
    const { host } = new URL(cli.address);
    const { code, err } = await status({ VAULT_ADDR: `https://${host}` });
    expect([code, err]).toEqual([2, expect.stringContaining(`the server at ${host} speaks plain HTTP, not TLS`)]);
    expect(err).toContain(`\n\nexport VAULT_ADDR=http://${host}\n`);
    expect((await status({ TIDELOCK_ADDR: `https://${host}` })).err).toContain(
      `\n\nexport TIDELOCK_ADDR=http://${host}\n`,
    );
  });

  it('speaks TLS: the same', async () => {
    cli.answers['GET sys/health'] = { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' };
    const { code, err } = await status({ VAULT_ADDR: cli.address });
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/Client sent an HTTP request to an HTTPS server\.\s+export VAULT_ADDR=https:\/\/127/),
    ]);
  });

  it('has a certificate of an authority that is not known: VAULT_CACERT', async () => {
    const { code, err } = await status({ VAULT_ADDR: httpsAddress });
    expect([code, err]).toEqual([2, expect.stringContaining('not signed by an authority that is trusted here')]);
    expect(err).toContain('VAULT_CACERT');
    const other = await newBrokerCertificate();
    const file = written('other.pem', other.authority);
    expect((await status({ VAULT_ADDR: httpsAddress, VAULT_CACERT: file })).err).toContain('Set VAULT_CACERT (or');
    expect((await status({ VAULT_ADDR: httpsAddress, TIDELOCK_CACERT: file })).err).toContain(
      'Set TIDELOCK_CACERT (or',
    );
    expect((await status({ VAULT_ADDR: httpsAddress, VAULT_CACERT: written('ca.pem', made.authority) })).code).toBe(0);
  });

  it('is not asked where a variable is no good, which is named as it was set', async () => {
    expect(await status({ VAULT_ADDR: httpsAddress, VAULT_CACERT: '/nowhere/ca.pem' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^VAULT_CACERT \(-ca-cert\): ENOENT.*\/nowhere\/ca\.pem/),
    });
    expect((await status({ VAULT_ADDR: httpsAddress, TIDELOCK_CACERT: '/nowhere/ca.pem' })).err).toMatch(
      /^TIDELOCK_CACERT \(-ca-cert\): ENOENT/,
    );
    expect((await status({ VAULT_MAX_RETRIES: '', TIDELOCK_MAX_RETRIES: 'few' })).err).toBe(
      'TIDELOCK_MAX_RETRIES: expected a number, not "few"\n',
    );
    expect((await status({ VAULT_CLIENT_TIMEOUT: 'soon' })).err).toContain('VAULT_CLIENT_TIMEOUT');
    const key = written('key.pem', made.privateKey);
    expect(await status({ VAULT_ADDR: httpsAddress, VAULT_CACERT: key })).toMatchObject({
      code: 1,
      err: `VAULT_CACERT (-ca-cert): ${key} holds no certificate in PEM form\n`,
    });
    expect(await status({ VAULT_ADDR: httpsAddress, VAULT_CLIENT_CERT: '/nowhere/c.pem' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('VAULT_CLIENT_CERT (-client-cert): ENOENT'),
    });
  });

  it('is sealed: the command that unseals it', async () => {
    cli.answers['GET sys/health'] = { status: 503, body: JSON.stringify({ errors: ['Vault is sealed'] }) };
    const { code, err } = await status({ VAULT_ADDR: cli.address });
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/\* Vault is sealed\s+Give it its unseal keys: tidelock operator unseal\n$/),
    ]);
  });

  it('is away: in words', async () => {
    const { code, err } = await status({ VAULT_ADDR: 'http://127.0.0.1:1' });
    expect([code, err]).toEqual([2, expect.stringContaining('nothing listens at 127.0.0.1:1')]);
    expect(err).toContain('Is the server running, and is VAULT_ADDR its address?');
  });
});
