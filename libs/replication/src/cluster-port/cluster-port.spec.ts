import { request as httpsRequest } from 'node:https';
import { RawJson, silentLogger, TidelockError } from '@tidelock/kernel';
import { createAuthority, fingerprintOf, issueCertificate, type KeyPairPem, serverNameOf } from './certificates';
import { ClusterClient } from './cluster-client';
import { type ClusterCall, ClusterServer, type ClusterServerOptions, type ReceivedCall } from './cluster-server';
import { type Moment, momentAfter, presentMoment } from './moment';

const SET = 'f0f8a3a2-0000-4000-8000-000000000000';

describe('cluster port', () => {
  const open: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  async function port(calls: Record<string, ClusterCall>, more: Partial<ClusterServerOptions> = {}) {
    const authority = await createAuthority(SET, Date.now());
    const identity = await issueCertificate(authority, { name: serverNameOf(SET), usage: 'server' }, Date.now());
    const known = new Map<string, string>();
    const server = new ClusterServer({
      host: '127.0.0.1',
      port: 0,
      authority: authority.certificate,
      identity,
      recognise: (fingerprint) => known.get(fingerprint),
      calls: new Map(Object.entries(calls)),
      logger: silentLogger,
      ...more,
    });
    const { port: number } = await server.listen();
    open.push(() => server.close());
    const join = async (id: string) => {
      const certificate = await issueCertificate(authority, { name: id, usage: 'client' }, Date.now());
      known.set(fingerprintOf(certificate.certificate), id);
      return clientOf(authority, certificate, number);
    };
    return { authority, server, join, known, number };
  }

  function clientOf(authority: KeyPairPem, identity: KeyPairPem, number: number): ClusterClient {
    const addresses = () => [`https://127.0.0.1:${number}`];
    const client = new ClusterClient({ setId: SET, authority: authority.certificate, identity, addresses });
    open.push(() => client.close());
    return client;
  }

  it('carries bytes and exact numbers both ways, and tells the server who calls', async () => {
    const { join } = await port({ echo: async (body, peer) => ({ body, from: peer.secondaryId }) });
    const client = await join('us-east');
    const body = { bytes: Buffer.from([0, 255]), exact: new RawJson('12345678901234567890') };
    const answer = await client.call<{ body: { bytes: Buffer; exact: RawJson }; from: string }>('echo', body);
    expect(answer.from).toBe('us-east');
    expect(Buffer.from(answer.body.bytes).equals(body.bytes)).toBe(true);
    expect(answer.body.exact).toEqual(body.exact);
  });

  it("hands the primary's own error on, status and texts", async () => {
    const { join } = await port({
      fail: async () => {
        throw new TidelockError('INVALID_REQUEST', { text: 'no such thing' });
      },
    });
    const client = await join('us-east');
    await expect(client.call('fail', {})).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      status: 400,
      errors: ['no such thing'],
    });
  });

  it('takes no body beyond 64 MiB, does not wait for one that is broken off, and serves all others', async () => {
    let tell: (reason: unknown) => void = () => undefined;
    const failure = new Promise((resolve) => (tell = resolve));
    const { authority, join, known, number } = await port(
      { size: async ({ bytes }: { bytes: Buffer }) => bytes.length },
      { logger: { ...silentLogger, error: (_, { reason } = {}) => tell(reason) } },
    );
    const client = await join('us-east');
    const most = 64 * 1024 * 1024;
    const patient = { timeoutMilliseconds: 50_000 };
    await expect(client.call('size', { bytes: Buffer.alloc(most) }, patient)).rejects.toMatchObject({
      mayBeDone: true,
      message: expect.not.stringContaining('in time'),
    });
    expect(await client.call('size', { bytes: Buffer.alloc(most - 100) }, patient)).toBe(most - 100);
    const { privateKey, certificate } = await issueCertificate(
      authority,
      { name: 'us-west', usage: 'client' },
      Date.now(),
    );
    known.set(fingerprintOf(certificate), 'us-west');
    const request = httpsRequest({
      host: '127.0.0.1',
      port: number,
      method: 'POST',
      path: '/cluster/v1/size',
      servername: serverNameOf(SET),
      ca: authority.certificate,
      key: privateKey,
      cert: certificate,
      headers: { 'content-length': 100, expect: '100-continue' },
    }).on('error', () => undefined);
    request.flushHeaders();
    // The server has the head, and waits for the body.
    await new Promise((resolve) => request.once('continue', () => request.write('half', resolve)));
    request.destroy();
    expect(await failure).toBe('Error: aborted');
    expect(await client.call('size', { bytes: Buffer.alloc(1) })).toBe(1);
  });

  it('does nothing for a caller that has given up: at the arrival, and where the call takes effect', async () => {
    const done: string[] = [];
    const { join } = await port({
      write: async (text: string) => void done.push(text),
      commit: async (text: string, { timely }) => {
        await new Promise((wake) => setTimeout(wake, 60));
        timely.require();
        done.push(text);
      },
    });
    const client = await join('us-east');
    const call = (name: string, text: string, deadline: Moment) => client.call(name, text, { deadline });
    await expect(call('write', 'late', momentAfter(presentMoment(), -1))).rejects.toMatchObject({
      code: 'FORWARDED_TOO_LATE',
      status: 503,
    });
    await expect(
      call('write', 'of another process', { ...momentAfter(presentMoment(), 60_000), process: 'other' }),
    ).rejects.toMatchObject({ code: 'FORWARDED_TOO_LATE' });
    await expect(call('commit', 'late at the commit', momentAfter(presentMoment(), 50))).rejects.toMatchObject({
      code: 'FORWARDED_TOO_LATE',
    });
    await call('write', 'in time', momentAfter(presentMoment(), 60_000));
    await call('commit', 'in time, too', momentAfter(presentMoment(), 60_000));
    expect(done).toEqual(['in time', 'in time, too']);
    await expect(call('write', 'x', { process: 'no moment', steady: Number.NaN, wall: 0 })).rejects.toMatchObject({
      status: 400,
    });
  });

  it('does nothing for a caller that has hung up', async () => {
    let refused: (error: unknown) => void = () => undefined;
    const refusal = new Promise((resolve) => (refused = resolve));
    const { join } = await port({
      commit: async (_, { timely }) => {
        for (;;) {
          await new Promise((wake) => setTimeout(wake, 10));
          try {
            timely.require();
          } catch (error) {
            return refused(error);
          }
        }
      },
    });
    const client = await join('us-east');
    await expect(
      client.call('commit', {}, { timeoutMilliseconds: 200, deadline: momentAfter(presentMoment(), 600_000) }),
    ).rejects.toMatchObject({ mayBeDone: true });
    expect(await refusal).toMatchObject({ code: 'FORWARDED_TOO_LATE' });
  });

  it('tells a call that nobody can have read from one that may be done', async () => {
    const { authority } = await port({});
    const identity = await issueCertificate(authority, { name: 'us-east', usage: 'client' }, Date.now());
    await expect(clientOf(authority, identity, 1).call('echo', {})).rejects.toMatchObject({
      code: 'PRIMARY_UNREACHABLE',
      mayBeDone: false,
    });
  });

  it('refuses a certificate that another authority signed', async () => {
    const { number, authority } = await port({ echo: async () => 1 });
    const other = await createAuthority(SET, Date.now());
    const client = clientOf(
      authority,
      await issueCertificate(other, { name: 'us-east', usage: 'client' }, Date.now()),
      number,
    );
    await expect(client.call('echo', {})).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
  });

  it('refuses a revoked certificate, on open connections, too', async () => {
    const said: unknown[] = [];
    const { join, known, server } = await port(
      { echo: async () => 1 },
      { logger: { ...silentLogger, warn: (_, facts) => void said.push((facts as { name: string }).name) } },
    );
    const clients = [await join('us-east'), await join('eu')];
    for (const client of clients) await client.call('echo', {});
    known.clear();
    for (const id of ['us-east', 'eu']) server.disconnect(id);
    // Each comes back all the time; it is told once.
    for (let time = 0; time < 3; time += 1)
      for (const client of clients)
        await expect(client.call('echo', {})).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    expect(said.sort()).toEqual(['eu', 'us-east']);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', ''])('has no call %j', async (name) => {
    const { join, server } = await port({ echo: async () => 1 });
    const client = await join('us-east');
    await expect(client.call(name, {})).rejects.toMatchObject({ code: 'UNSUPPORTED_PATH', status: 404 });
    expect(server.calls.entries().map(([called]) => called)).toEqual([]);
  });

  it('lets whatever is called pass its gate, also what is no call', async () => {
    const passed: ReceivedCall[] = [];
    const { join } = await port(
      { echo: async (body) => body },
      {
        gate: async (call, work) => {
          passed.push(call);
          if (call.name === 'closed') throw new TidelockError('PERMISSION_DENIED');
          return work();
        },
      },
    );
    const client = await join('us-east');
    expect(await client.call('echo', { a: 1 })).toEqual({ a: 1 });
    await expect(client.call('closed', {})).rejects.toMatchObject({ status: 403 });
    await expect(client.call('none', {})).rejects.toMatchObject({ status: 404 });
    expect(passed.map(({ name }) => name)).toEqual(['echo', 'closed', 'none']);
    expect(passed[0]).toMatchObject({
      body: { a: 1 },
      peer: { secondaryId: 'us-east', remotePort: expect.any(Number) },
    });
    expect(passed[0]?.peer.session).toBe(passed[1]?.peer.session);
  });

  it('names the addresses tried when nobody answers', async () => {
    const authority = await createAuthority(SET, Date.now());
    const client = clientOf(
      authority,
      await issueCertificate(authority, { name: 'a', usage: 'client' }, Date.now()),
      1,
    );
    await expect(client.call('echo', {})).rejects.toThrow('https://127.0.0.1:1');
  });
});
