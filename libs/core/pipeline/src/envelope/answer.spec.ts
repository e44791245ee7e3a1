import type { EngineResponse } from '@tidelock/engine-api';
import { badRequest, type Logger, notFound, RawJson, silentLogger, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from '../request/context';
import { AUTH, FakeRooms, GRANT, LEASE, MOUNT, NOW, sendTo, WRITE, writes } from '../fake-rooms.testing';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

const send = (more: Partial<IncomingRequest> = {}, logger?: Logger) => sendTo(rooms, more, logger);
const answers = (response: EngineResponse | undefined) => (rooms.handler = async () => response);

describe('Answers of the RequestPipeline', () => {
  describe('leases, tokens and wrapping', () => {
    it('shows a lease that was made, and one that was renewed', async () => {
      answers({ data: {}, lease: LEASE });
      expect((await send()).json).toMatchObject({ lease_id: 'secret/a/lease-1', lease_duration: 60, renewable: true });
      answers({ renewedLease: { leaseId: 'old', ttlSeconds: 9, renewable: false } });
      expect(await send()).toMatchObject({
        status: 200,
        json: { lease_id: 'old', lease_duration: 9, renewable: false, data: null },
      });
    });

    it('fails where an engine gives a lease to nobody: it would never be ended', async () => {
      rooms.declaration = { unauthenticated: true };
      answers({ data: {}, lease: LEASE });
      expect(await send({ clientToken: '' })).toMatchObject({ status: 500, json: { errors: ['internal error'] } });
    });

    it('shows a token that was made, and one that was there', async () => {
      answers({ grant: GRANT });
      expect(await send()).toMatchObject({ status: 200, json: { auth: AUTH, data: null } });
      rooms.committed.clear();
      answers({ auth: { ...AUTH, client_token: 'hvs.other' } });
      expect((await send()).json['auth']).toMatchObject({ client_token: 'hvs.other' });
      expect(rooms.committed.size).toBe(0);
    });

    it('shows nothing of a wrapped answer but its wrapping and its warnings', async () => {
      answers({ data: { secret: 's' }, lease: LEASE, grant: GRANT, warnings: ['careful'], dataAtTopLevel: true });
      const { status, json, text } = await send({ wrap: { ttlSeconds: 60, format: 'jwt' } });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        request_id: '',
        lease_id: '',
        lease_duration: 0,
        renewable: false,
        data: null,
        auth: null,
        warnings: ['careful'],
        wrap_info: { token: 'hvs.wrap', ttl: 60, creation_path: 'secret/a' },
      });
      expect(text).not.toContain('lease-1');
      expect(text).not.toContain('hvs.new');
      const [order] = rooms.wraps;
      expect(order).toMatchObject({
        ttlSeconds: 60,
        format: 'jwt',
        creationPath: 'secret/a',
        wrappedAccessor: 'new-accessor',
        now: NOW,
      });
      expect(JSON.parse(order?.envelopeText ?? '')).toMatchObject({
        data: { secret: 's' },
        lease_id: 'secret/a/lease-1',
        auth: AUTH,
        wrap_info: null,
      });
    });

    it('wraps an unwrapped answer whole', async () => {
      answers({ envelopeText: '{"data":{"secret":1.50}}' });
      await send({ wrap: { ttlSeconds: 60 } });
      expect(rooms.wraps[0]?.envelopeText).toBe('{"data":{"secret":1.50}}');
    });

    it('lets the engine ask for wrapping, and win over the client', async () => {
      answers({ data: {}, wrap: { ttlSeconds: 5 } });
      await send({ wrap: { ttlSeconds: 60 } });
      expect(rooms.wraps.map(({ ttlSeconds }) => ttlSeconds)).toEqual([5]);
    });

    it('wraps neither nothing nor what is wrapped already', async () => {
      answers(undefined);
      expect((await send({ wrap: { ttlSeconds: 60 } })).status).toBe(204);
      answers({ wrapInfo: { token: 'hvs.first', accessor: '', ttl: 1, creation_time: '', creation_path: '' } });
      expect((await send({ wrap: { ttlSeconds: 60 } })).json).toMatchObject({
        wrap_info: { token: 'hvs.first' },
        data: null,
      });
      expect(rooms.wraps).toEqual([]);
    });

    it.each([
      ['bytes', Buffer.from('pem')],
      ['a stream', (async function* () {})()],
    ])('refuses to wrap what is no JSON, and commits nothing of it: %s', async (_, body) => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { raw: { body, contentType: 'application/pkix-cert' } };
      };
      expect(await send({ wrap: { ttlSeconds: 60 } })).toMatchObject({
        status: 400,
        json: { errors: ['this response cannot be wrapped'] },
      });
      expect(rooms.committed.size).toBe(0);
    });
  });

  describe('answers', () => {
    it("have Vault's envelope", async () => {
      expect((await send()).json).toEqual({
        request_id: 'request-1',
        lease_id: '',
        renewable: false,
        lease_duration: 0,
        data: { ok: true },
        wrap_info: null,
        warnings: null,
        auth: null,
        mount_type: 'kv',
      });
    });

    it.each<[string, EngineResponse | undefined, number]>([
      ['nothing', undefined, 204],
      ['an empty response', {}, 204],
      ['headers alone', { headers: { a: 'b' } }, 204],
      ['data', { data: {} }, 200],
      ['data that is null', { data: null }, 200],
      ['warnings', { warnings: ['careful'] }, 200],
      ['warnings with 204', { status: 204, warnings: ['careful'] }, 200],
      ['a status of its own', { status: 202, data: {} }, 202],
      ['a 404 with data', { status: 404, data: { metadata: {} } }, 404],
      ['a status without content', { status: 429 }, 429],
    ])('with %s have the status they should', async (_, response, status) => {
      answers(response);
      const answer = await send();
      expect(answer.status).toBe(status);
      expect(answer.body === undefined).toBe(status === 204 || status === 429);
    });

    it('name the state they led to only when something was changed', async () => {
      expect((await send()).headers['X-Vault-Index']).toBeUndefined();
      rooms.handler = writes;
      expect((await send(WRITE)).headers['X-Vault-Index']).toBe('11:21');
    });

    it("carry the engine's headers beside that", async () => {
      rooms.mount = { ...MOUNT, allowedResponseHeaders: ['Cache-Control'] };
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { headers: { 'cache-control': 'no-store' } };
      };
      expect((await send(WRITE)).headers).toEqual({ 'cache-control': 'no-store', 'X-Vault-Index': '11:21' });
    });

    it('tell of members that were ignored', async () => {
      rooms.bodyWarnings = ['Endpoint ignored these unrecognized parameters: [x]'];
      answers(undefined);
      expect(await send(WRITE)).toMatchObject({
        status: 200,
        json: { warnings: ['Endpoint ignored these unrecognized parameters: [x]'] },
      });
    });

    it('repeat data at the top level where it was so in the old days, never in place of the envelope', async () => {
      answers({ data: { keys: [1], request_id: 'mine' }, dataAtTopLevel: true });
      expect((await send()).json).toMatchObject({
        keys: [1],
        request_id: 'request-1',
        data: { keys: [1], request_id: 'mine' },
      });
    });

    it('keep numbers to the letter', async () => {
      answers({ data: { n: new RawJson('1.50') } });
      expect((await send()).text).toContain('"data":{"n":1.50}');
    });

    it('may be bare, stored or no JSON at all', async () => {
      answers({ bare: true, data: { initialized: true }, status: 501 });
      expect(await send()).toMatchObject({ status: 501, json: { initialized: true } });
      answers({ envelopeText: '{"data":1.50}' });
      expect(await send()).toMatchObject({ status: 200, text: '{"data":1.50}' });
      answers({ raw: { body: Buffer.from([0, 255]), contentType: 'application/pkix-cert' } });
      expect(await send()).toMatchObject({
        status: 200,
        body: Buffer.from([0, 255]),
        contentType: 'application/pkix-cert',
      });
    });
  });

  describe('failures', () => {
    it('never tell the client what went wrong inside, but tell the log', async () => {
      rooms.handler = async () => {
        throw new Error('password=hunter2');
      };
      const error = jest.fn();
      const { status, text } = await send({}, { ...silentLogger, error });
      expect([status, text]).toEqual([500, '{"errors":["internal error"]}']);
      expect(error).toHaveBeenCalledWith(
        'request failed',
        expect.objectContaining({ id: 'request-1', path: 'secret/a', reason: 'password=hunter2' }),
      );
    });

    it("that are the client's own are no news for the log", async () => {
      rooms.handler = async () => {
        throw badRequest('no');
      };
      const log = jest.fn();
      await send({}, { debug: log, info: log, warn: log, error: log });
      expect(log).not.toHaveBeenCalled();
    });

    it('of what is not there have no texts', async () => {
      rooms.handler = async () => {
        throw notFound();
      };
      expect(await send()).toMatchObject({ status: 404, text: '{"errors":[]}' });
    });

    it('of a part of a batch carry the rest', async () => {
      rooms.handler = async () => {
        throw new TidelockError('INVALID_REQUEST', { errors: ['a', 'b'], data: { batch_results: [] } });
      };
      expect((await send()).json).toEqual({ errors: ['a', 'b'], data: { batch_results: [] } });
    });

    it("of an engine that lacks its own method are ours, not the client's", async () => {
      rooms.declaration = { exists: 'missing' };
      expect(await send(WRITE)).toMatchObject({ status: 500 });
    });

    it('commit nothing', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        throw badRequest('too late');
      };
      const { headers } = await send(WRITE);
      expect(rooms.committed.size).toBe(0);
      expect(headers).toEqual({});
    });
  });
});
