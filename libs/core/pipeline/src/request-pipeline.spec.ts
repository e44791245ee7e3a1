import { type AuthGrant, type EngineResponse, type LeaseGrant, type StorageView } from '@tidelock/engine-api';
import { badRequest, type Logger, notFound, RawJson, silentLogger, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './context';
import { AUTH, CALLER, FakeRooms, incoming, NOW } from './fake-rooms.testing';
import { RequestPipeline } from './request-pipeline';

const LEASE: LeaseGrant = { ttlSeconds: 60, maxTtlSeconds: 0, renewable: true, internal: {} };
const GRANT: AuthGrant = { displayName: 'tester', policies: [], metadata: null, ttlSeconds: 0, renewable: true };
const DENIED = '1 error occurred:\n\t* permission denied\n\n';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

async function send(more: Partial<IncomingRequest> = {}, logger: Logger = silentLogger) {
  const answer = await new RequestPipeline(rooms, logger).run(incoming(more));
  const text = answer.body?.toString();
  const json = answer.contentType === 'application/json' && text ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { ...answer, text, json };
}

const answers = (response: EngineResponse | undefined) => (rooms.handler = async () => response);
const write = { operation: 'update', data: { value: 'x' } } as const;
const writes = async (_request: unknown, storage: StorageView) => {
  await storage.put('key', Buffer.from('x'));
  return undefined;
};

describe('RequestPipeline', () => {
  describe('the order of things', () => {
    it('asks who, whether and how fresh before anything is done, and ends on record', async () => {
      rooms.hasDevices = true;
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { data: { a: 1 }, lease: LEASE };
      };
      await send({ ...write, wrap: { ttlSeconds: 60 }, requiredStates: ['seen'] });
      expect(rooms.log).toEqual([
        'resolve', 'authenticate', 'allows update', 'audit request', 'consistency', 'handle', 'register', 'wrap', 'commit', 'audit response',
      ]);
    });

    it('commits all of it at once, with its cause', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { data: {}, lease: LEASE };
      };
      await send(write);
      expect([...rooms.committed.keys()]).toEqual(['key', 'lease/secret/a']);
      expect(rooms.causes).toEqual([{ requestId: 'request-1', path: 'secret/a' }]);
    });

    it('gives the handler its mount, its parameters and one time for the whole request', async () => {
      const seen = jest.fn();
      rooms.handler = async (request) => void seen(request);
      await send({ ...write, wrap: { ttlSeconds: 5 }, headers: { 'x-vault-request': 'true' } });
      expect(seen.mock.calls[0][0]).toMatchObject({
        id: 'request-1', operation: 'update', path: 'a', params: { key: 'a' }, body: { value: 'x' }, raw: { value: 'x' },
        mount: { path: 'secret/' }, caller: CALLER, now: NOW, wrapTtlSeconds: 5, headers: { 'x-vault-request': 'true' },
      });
    });

    it('waits for mounts that are committed and not shown yet', async () => {
      rooms.mounts.settled = async () => void rooms.log.push('settled');
      await send();
      expect(rooms.log.slice(0, 2)).toEqual(['settled', 'resolve']);
    });

    it('answers a path that nobody serves with 404', async () => {
      expect(await send({ path: 'nowhere/a' })).toMatchObject({ status: 404, json: { errors: ['no handler for route'] } });
      expect(rooms.log).toEqual(['resolve']);
    });
  });

  describe('while sealed', () => {
    beforeEach(() => (rooms.refusal = new TidelockError('SEALED')));

    it('refuses ordinary paths before looking at the token', async () => {
      expect(await send()).toMatchObject({ status: 503, json: { errors: ['Vault is sealed'] } });
      expect(await send({ path: 'nowhere/a' })).toMatchObject({ status: 503 });
      expect(rooms.log).toEqual([]);
    });

    it('serves what is declared for it', async () => {
      rooms.declaration = { whileSealed: true, unauthenticated: true };
      expect(await send({ clientToken: '' })).toMatchObject({ status: 200 });
      expect(rooms.log).toEqual(['handle']);
    });
  });

  describe('who calls', () => {
    it.each([['no token', ''], ['an unknown token', 'hvs.unknown']])('refuses %s in plain words', async (_, clientToken) => {
      rooms.caller = undefined;
      expect(await send({ clientToken })).toMatchObject({ status: 403, json: { errors: ['permission denied'] } });
      expect(rooms.log).not.toContain('handle');
    });

    it.each([['unauthenticated'], ['login']] as const)('asks for no token on %s paths', async (kind) => {
      rooms.declaration = { [kind]: true };
      expect(await send({ clientToken: '' })).toMatchObject({ status: 200 });
      expect(rooms.log).toEqual(['resolve', 'handle']);
    });

    it('takes a use from a limited token in a commit of its own, before the request and whatever becomes of it', async () => {
      rooms.caller = { ...CALLER, numUses: 2 };
      rooms.conflicts = 3;
      rooms.allowed = false;
      expect((await send()).status).toBe(403);
      expect(rooms.log.slice(1, 4)).toEqual(['authenticate', 'consumeUse', 'commit']);
      expect(rooms.committed.has('use')).toBe(true);
      expect(rooms.log).not.toContain('revokeSpent');
    });

    it.each([['a request that succeeded', true], ['a request that was denied', false]])('revokes a token after its last use, after %s', async (_, allowed) => {
      rooms.caller = { ...CALLER, numUses: 1 };
      rooms.allowed = allowed;
      await send();
      expect(rooms.log.filter((line) => line === 'consumeUse')).toHaveLength(1);
      expect(rooms.log.at(-1)).toBe('revokeSpent');
    });

    it('answers as usual when the revocation of a spent token has to wait', async () => {
      rooms.caller = { ...CALLER, numUses: 1 };
      rooms.tokens.revokeSpent = async () => { throw new Error('busy'); };
      const error = jest.fn();
      expect((await send({}, { ...silentLogger, error })).status).toBe(200);
      expect(error).toHaveBeenCalledTimes(1);
    });
  });

  describe('whether they may', () => {
    it('refuses by policy in the form of collected errors', async () => {
      rooms.allowed = false;
      expect(await send()).toMatchObject({ status: 403, json: { errors: [DENIED] } });
      expect(rooms.log).not.toContain('handle');
    });

    it('tells the policy path, parameters, wrapping and whether sudo is needed', async () => {
      rooms.declaration = { sudo: true };
      await send({ ...write, wrap: { ttlSeconds: 60 } });
      expect(rooms.accessRequests).toEqual([{ path: 'secret/a', operation: 'update', data: { value: 'x' }, sudo: true, wrapTtlSeconds: 60 }]);
    });

    it.each([[true, 'update'], [false, 'create']])('asks the engine whether the thing is there (%p), which makes it %s', async (there, operation) => {
      rooms.declaration = { exists: 'has' };
      rooms.exists = async () => there;
      await send(write);
      expect(rooms.accessRequests[0]?.operation).toBe(operation);
    });

    it('asks so for writes only, and takes a write for an update where the engine cannot tell', async () => {
      rooms.exists = async () => { throw new Error('not to be asked'); };
      await send(write);
      rooms.declaration = { exists: 'has' };
      await send({ operation: 'read' });
      expect(rooms.accessRequests.map(({ operation }) => operation)).toEqual(['update', 'read']);
    });

    it('gives help to everybody who has a token', async () => {
      rooms.allowed = false;
      expect(await send({ operation: 'help' })).toMatchObject({ status: 200, json: { data: { help: 'secret/a' } } });
      rooms.caller = undefined;
      expect(await send({ operation: 'help' })).toMatchObject({ status: 403 });
    });
  });

  describe('what the client has seen', () => {
    it('gives no answer from before it', async () => {
      expect(await send({ requiredStates: ['future'] })).toMatchObject({ status: 412, json: { errors: ['1 error occurred:\n\t* required index state not present\n\n'] } });
      expect(rooms.log).not.toContain('handle');
    });

    it('costs nothing when the client names nothing', async () => {
      await send();
      expect(rooms.log).not.toContain('consistency');
    });
  });

  describe('overtaken requests', () => {
    it('run again from the start with a fresh unit, and what an overtaken run said is forgotten', async () => {
      let runs = 0;
      rooms.conflicts = 2;
      rooms.handler = async (request, storage) => {
        expect(await storage.get('key')).toBeUndefined();
        await writes(request, storage);
        return { data: { run: ++runs }, warnings: [`run ${runs}`], ...(runs === 1 && { lease: LEASE }) };
      };
      const { json } = await send(write);
      expect(json).toMatchObject({ data: { run: 3 }, warnings: ['run 3'], lease_id: '' });
      expect([...rooms.committed.keys()]).toEqual(['key']);
      expect(new Set(rooms.units).size).toBe(3);
    });

    it('give up after 50 runs', async () => {
      rooms.conflicts = Number.POSITIVE_INFINITY;
      rooms.handler = writes;
      expect(await send(write)).toMatchObject({ status: 503, json: { errors: [expect.stringContaining('overtaken by other writes')] } });
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(50);
      rooms.conflicts = 0;
      expect(await send(write)).toMatchObject({ status: 204 });
    });

    it('do not run again for any other failure', async () => {
      rooms.handler = async () => { throw badRequest('no'); };
      await send(write);
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(1);
    });
  });

  describe('on a secondary', () => {
    beforeEach(() => (rooms.isSecondary = true));

    it('has the primary run what writes replicated state, and waits until it has come back', async () => {
      rooms.handler = writes;
      const { json, headers } = await send(write);
      expect(json['data']).toEqual({ from: 'primary' });
      expect(rooms.log.slice(-3)).toEqual(['handle', 'forward', 'await 40']);
      expect(headers['X-Vault-Index']).toBe('10:40');
    });

    it('serves reads by itself', async () => {
      expect((await send()).json['data']).toEqual({ ok: true });
      expect(rooms.log).not.toContain('forward');
    });

    it('keeps nothing of what the handler put here before it met replicated state', async () => {
      rooms.handler = async (request, storage) => {
        rooms.units.at(-1)?.put('token/here');
        return writes(request, storage);
      };
      await send(write);
      expect(rooms.committed.size).toBe(0);
    });

    it('sends what is declared so at once, but not for local mounts', async () => {
      rooms.declaration = { forwarded: true };
      await send(write);
      expect(rooms.log).not.toContain('handle');
      rooms.log.length = 0;
      rooms.mount = { ...rooms.mount, local: true };
      await send(write);
      expect(rooms.log).toContain('handle');
      expect(rooms.log).not.toContain('forward');
    });

    it('never sends what is declared local', async () => {
      rooms.declaration = { localOnly: true, forwarded: true };
      rooms.handler = writes;
      expect(await send(write)).toMatchObject({ status: 503, json: { errors: ['cannot write to readonly storage'] } });
      expect(rooms.log).not.toContain('forward');
    });

    it('warns when the write has not come back in time', async () => {
      rooms.indexArrives = false;
      rooms.handler = writes;
      rooms.primary = async () => ({ response: undefined, index: 40 });
      const { status, json } = await send(write);
      expect(status).toBe(200);
      expect(json['warnings']).toEqual([expect.stringMatching(/^Timeout hit while waiting for local replicated cluster to apply primary's write; /)]);
    });

    it('neither waits nor names a state when the primary changed nothing', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: undefined, index: 0 });
      const { status, headers } = await send(write);
      expect([status, headers['X-Vault-Index']]).toEqual([204, undefined]);
      expect(rooms.log.at(-1)).toBe('forward');
    });

    it('hands the primary\'s errors and warnings on', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: { warnings: ['careful'] }, index: 40 });
      expect((await send(write)).json['warnings']).toEqual(['careful']);
      rooms.primary = async () => { throw new TidelockError('INVALID_REQUEST', { errors: ['the primary says no'] }); };
      expect(await send(write)).toMatchObject({ status: 400, json: { errors: ['the primary says no'] } });
    });

    it('makes token and lease of a forwarded answer here', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: { data: {}, lease: LEASE, grant: GRANT }, index: 40 });
      const { json } = await send(write);
      expect(json).toMatchObject({ lease_id: 'secret/a/lease-1', auth: AUTH });
      expect([...rooms.committed.keys()]).toEqual(['token/tester', 'lease/secret/a']);
    });

    it('has the primary run a request once, even when its own part of it is overtaken', async () => {
      rooms.handler = writes;
      rooms.conflicts = 3;
      rooms.primary = async () => ({ response: { data: {}, lease: LEASE }, index: 40 });
      expect((await send(write)).json['lease_id']).toBe('secret/a/lease-1');
      expect(rooms.log.filter((line) => line === 'forward')).toHaveLength(1);
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(1);
    });
  });

  it('lets a primary\'s refusal to write be an error, not a reason to forward', async () => {
    rooms.handler = async () => { throw new TidelockError('READ_ONLY_REPLICA'); };
    expect((await send(write)).status).toBe(503);
    expect(rooms.log).not.toContain('forward');
  });

  describe('forwarded requests', () => {
    const run = (more: Partial<IncomingRequest> = {}) => new RequestPipeline(rooms, silentLogger).runForwarded(
      incoming({ ...write, clientToken: '', forwarded: { secondaryId: 'us-east', caller: { ...CALLER, clientToken: '', tokenId: '', numUses: 1 } }, ...more }),
    );

    it('are taken at the secondary\'s word about the caller', async () => {
      const seen = jest.fn();
      rooms.hasDevices = true;
      rooms.handler = async (request, storage) => {
        seen(request.caller?.displayName);
        return writes(request, storage);
      };
      await run();
      expect(rooms.log).toEqual(['resolve', 'audit request', 'handle', 'commit', 'audit response']);
      expect(seen).toHaveBeenCalledWith('token');
    });

    it('come back with the handler\'s answer, the warnings and the index, and neither lease nor token nor wrapping', async () => {
      rooms.bodyWarnings = ['ignored'];
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { lease: LEASE, grant: GRANT, wrap: { ttlSeconds: 5 }, warnings: ['from the handler'] };
      };
      const outcome = await run();
      expect(outcome).toEqual({ response: expect.objectContaining({ lease: LEASE, grant: GRANT }), warnings: ['ignored', 'from the handler'], index: 21 });
      expect([...rooms.committed.keys()]).toEqual(['key']);
    });

    it('tell index 0 when nothing was changed', async () => {
      answers(undefined);
      expect(await run()).toEqual({ response: undefined, warnings: [], index: 0 });
    });

    it('fail with the error itself', async () => {
      rooms.handler = async () => { throw badRequest('no'); };
      await expect(run()).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: ['no'] });
      rooms.refusal = new TidelockError('SEALED');
      await expect(run()).rejects.toMatchObject({ code: 'SEALED' });
    });
  });

  describe('leases, tokens and wrapping', () => {
    it('shows a lease that was made, and one that was renewed', async () => {
      answers({ data: {}, lease: LEASE });
      expect((await send()).json).toMatchObject({ lease_id: 'secret/a/lease-1', lease_duration: 60, renewable: true });
      answers({ renewedLease: { leaseId: 'old', ttlSeconds: 9, renewable: false } });
      expect(await send()).toMatchObject({ status: 200, json: { lease_id: 'old', lease_duration: 9, renewable: false, data: null } });
    });

    it('makes no lease for nobody', async () => {
      rooms.declaration = { unauthenticated: true };
      answers({ data: {}, lease: LEASE });
      expect((await send()).json['lease_id']).toBe('');
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
        request_id: '', lease_id: '', lease_duration: 0, renewable: false, data: null, auth: null, warnings: ['careful'],
        wrap_info: { token: 'hvs.wrap', ttl: 60, creation_path: 'secret/a' },
      });
      expect(text).not.toContain('lease-1');
      expect(text).not.toContain('hvs.new');
      const [order] = rooms.wraps;
      expect(order).toMatchObject({ ttlSeconds: 60, format: 'jwt', creationPath: 'secret/a', wrappedAccessor: 'new-accessor', now: NOW });
      expect(JSON.parse(order?.envelopeText ?? '')).toMatchObject({ data: { secret: 's' }, lease_id: 'secret/a/lease-1', auth: AUTH, wrap_info: null });
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
      expect((await send({ wrap: { ttlSeconds: 60 } })).json).toMatchObject({ wrap_info: { token: 'hvs.first' }, data: null });
      expect(rooms.wraps).toEqual([]);
    });

    it('refuses to wrap what is no JSON, and commits nothing of it', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { raw: { body: Buffer.from('pem'), contentType: 'application/pkix-cert' } };
      };
      expect(await send({ wrap: { ttlSeconds: 60 } })).toMatchObject({ status: 400, json: { errors: ['this response cannot be wrapped'] } });
      expect(rooms.committed.size).toBe(0);
    });
  });

  describe('answers', () => {
    it('have Vault\'s envelope', async () => {
      expect((await send()).json).toEqual({
        request_id: 'request-1', lease_id: '', renewable: false, lease_duration: 0, data: { ok: true }, wrap_info: null, warnings: null,
        auth: null, mount_type: 'kv',
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
      expect((await send(write)).headers['X-Vault-Index']).toBe('11:21');
    });

    it('carry the engine\'s headers beside that', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { headers: { 'cache-control': 'no-store' } };
      };
      expect((await send(write)).headers).toEqual({ 'cache-control': 'no-store', 'X-Vault-Index': '11:21' });
    });

    it('tell of members that were ignored', async () => {
      rooms.bodyWarnings = ['Endpoint ignored these unrecognized parameters: [x]'];
      answers(undefined);
      expect(await send(write)).toMatchObject({ status: 200, json: { warnings: ['Endpoint ignored these unrecognized parameters: [x]'] } });
    });

    it('repeat data at the top level where it was so in the old days, never in place of the envelope', async () => {
      answers({ data: { keys: [1], request_id: 'mine' }, dataAtTopLevel: true });
      expect((await send()).json).toMatchObject({ keys: [1], request_id: 'request-1', data: { keys: [1], request_id: 'mine' } });
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
      expect(await send()).toMatchObject({ status: 200, body: Buffer.from([0, 255]), contentType: 'application/pkix-cert' });
    });
  });

  describe('failures', () => {
    it('never tell the client what went wrong inside, but tell the log', async () => {
      rooms.handler = async () => { throw new Error('password=hunter2'); };
      const error = jest.fn();
      const { status, text } = await send({}, { ...silentLogger, error });
      expect([status, text]).toEqual([500, '{"errors":["internal error"]}']);
      expect(error).toHaveBeenCalledWith('request failed', expect.objectContaining({ id: 'request-1', path: 'secret/a', reason: 'password=hunter2' }));
    });

    it('that are the client\'s own are no news for the log', async () => {
      rooms.handler = async () => { throw badRequest('no'); };
      const log = jest.fn();
      await send({}, { debug: log, info: log, warn: log, error: log });
      expect(log).not.toHaveBeenCalled();
    });

    it('of what is not there have no texts', async () => {
      rooms.handler = async () => { throw notFound(); };
      expect(await send()).toMatchObject({ status: 404, text: '{"errors":[]}' });
    });

    it('of a part of a batch carry the rest', async () => {
      rooms.handler = async () => { throw new TidelockError('INVALID_REQUEST', { errors: ['a', 'b'], data: { batch_results: [] } }); };
      expect((await send()).json).toEqual({ errors: ['a', 'b'], data: { batch_results: [] } });
    });

    it('of an engine that lacks its own method are ours, not the client\'s', async () => {
      rooms.declaration = { exists: 'missing' };
      expect(await send(write)).toMatchObject({ status: 500 });
    });

    it('commit nothing', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        throw badRequest('too late');
      };
      const { headers } = await send(write);
      expect(rooms.committed.size).toBe(0);
      expect(headers).toEqual({});
    });
  });

  describe('audit', () => {
    beforeEach(() => (rooms.hasDevices = true));

    it('refuses what it cannot put on record', async () => {
      rooms.auditFailure = new TidelockError('INTERNAL');
      expect(await send(write)).toMatchObject({ status: 500, json: { errors: ['internal error'] } });
      expect(rooms.log).not.toContain('handle');
      expect(rooms.log).not.toContain('audit failure');
    });

    it('has an end for what failed, too', async () => {
      rooms.handler = async () => { throw badRequest('no'); };
      await send();
      expect(rooms.log.slice(-2)).toEqual(['handle', 'audit failure']);
    });

    it.each([['by policy', () => (rooms.allowed = false)], ['for their token', () => (rooms.caller = undefined)]])('knows of requests that were denied %s', async (_, deny) => {
      deny();
      expect((await send()).status).toBe(403);
      expect(rooms.log.slice(-2)).toEqual(['audit request', 'audit failure']);
    });

    it('withholds the answer when its end cannot be recorded', async () => {
      rooms.audit.response = async () => { throw new TidelockError('INTERNAL'); };
      expect((await send()).status).toBe(500);
    });

    it('leaves out what is declared so', async () => {
      rooms.declaration = { unaudited: true };
      await send();
      rooms.allowed = false;
      await send();
      expect(rooms.log.filter((line) => line.startsWith('audit'))).toEqual([]);
    });

    it('records only where somebody listens', async () => {
      rooms.hasDevices = false;
      await send();
      expect(rooms.log.filter((line) => line.startsWith('audit'))).toEqual([]);
    });
  });
});
