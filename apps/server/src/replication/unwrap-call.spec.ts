import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newBrokerCertificate, type BrokerCertificate } from '@tidelock/dev-kafka';
import { lookUpAtPrimary, unwrapAtPrimary } from './unwrap-call';

describe('redeeming an activation token', () => {
  let made: BrokerCertificate;
  let secure: Server;
  let plain: Server;
  let answer: { status: number; body: string };
  const caFile = join(mkdtempSync(join(tmpdir(), 'tidelock-unwrap-')), 'ca.pem');
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    made = await newBrokerCertificate();
    writeFileSync(caFile, made.authority);
    const serve = (_request: unknown, response: { writeHead: (status: number) => { end: (body: string) => void } }) =>
      void response.writeHead(answer.status).end(answer.body);
    secure = createTlsServer({ cert: made.certificate, key: made.privateKey }, serve).listen(0, '127.0.0.1');
    plain = createServer(serve).listen(0, '127.0.0.1');
    await Promise.all([once(secure, 'listening'), once(plain, 'listening')]);
  });
  beforeEach(() => void (answer = { status: 200, body: '{"data":{"a":1}}' }));
  afterAll(() => [secure, plain].forEach((server) => server.close()));

  const refusal = async (address: string): Promise<unknown> =>
    unwrapAtPrimary({ address, token: 't' }).then(
      () => 'none',
      (error: unknown) => error,
    );

  it('works over a private CA that is named', async () => {
    expect(await unwrapAtPrimary({ address: `https://127.0.0.1:${portOf(secure)}`, token: 't', caFile })).toEqual({
      a: 1,
    });
  });

  it('is preceded by a look at the request that the token was made for', async () => {
    const order = { address: `http://127.0.0.1:${portOf(plain)}`, token: 't' };
    answer = { status: 200, body: '{"data":{"creation_path":"sys/wrapping/wrap"}}' };
    expect(await lookUpAtPrimary(order)).toBe('sys/wrapping/wrap');
    for (const body of ['', '{}', '{"data":null}', '{"data":{"creation_path":5}}', '[]']) {
      answer = { status: 200, body };
      expect(await lookUpAtPrimary(order)).toBe('');
    }
    answer = { status: 400, body: '{}' };
    await expect(lookUpAtPrimary(order)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('step "token"'),
    });
  });

  it('stops at step "TLS" where the CA is not known, and asks for ca_file', async () => {
    expect(await refusal(`https://127.0.0.1:${portOf(secure)}`)).toMatchObject({
      status: 502,
      message: expect.stringMatching(
        /not signed by an authority that is trusted here.*stopped at step "TLS".*ca_file=<path on this server>/,
      ),
    });
  });

  it('stops there where one speaks TLS and the other does not, with the address to give', async () => {
    const port = portOf(plain);
    expect(await refusal(`https://127.0.0.1:${port}`)).toMatchObject({
      message: expect.stringContaining(
        `step "TLS" (tried https://127.0.0.1:${port}), nothing was changed here: give primary_api_addr=http://127.0.0.1:${port}`,
      ),
    });
    answer = { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' };
    expect(await refusal(`http://127.0.0.1:${port}`)).toMatchObject({
      message: expect.stringContaining(`nothing was changed here: give primary_api_addr=https://127.0.0.1:${port}`),
    });
  });

  it('stops at step "address" where nobody listens, and at step "token" where it is refused', async () => {
    expect(await refusal('http://127.0.0.1:1')).toMatchObject({
      status: 502,
      message: expect.stringMatching(/nothing listens at 127\.0\.0\.1:1.*step "address".*primary_api_addr/),
    });
    answer = { status: 400, body: '{"errors":["wrapping token is not valid or does not exist"]}' };
    expect(await refusal(`http://127.0.0.1:${portOf(plain)}`)).toMatchObject({
      status: 400,
      message: expect.stringContaining('step "token"'),
    });
  });
});
