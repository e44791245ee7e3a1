import { BoolField } from '@tidelock/engine-api';
import { badRequest, type Logger, silentLogger, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './request/context';
import { CALLER, FakeRooms, incoming, LEASE, MOUNT, NOW, sendTo, WRITE, writes } from './fake-rooms.testing';
import { RequestPipeline } from './request-pipeline';
import { Traffic } from './traffic';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

const send = (more: Partial<IncomingRequest> = {}, logger?: Logger) => sendTo(rooms, more, logger);
const DENIED = '1 error occurred:\n\t* permission denied\n\n';

describe('RequestPipeline', () => {
  describe('the order of things', () => {
    it('asks who, whether and how fresh before anything is done, and ends on record', async () => {
      rooms.hasDevices = true;
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { data: { a: 1 }, lease: LEASE };
      };
      await send({ ...WRITE, wrap: { ttlSeconds: 60 }, requiredStates: ['seen'] });
      expect(rooms.log).toEqual([
        'resolve',
        'authenticate',
        'allows update',
        'audit request',
        'consistency',
        'resolve',
        'handle',
        'register',
        'wrap',
        'commit',
        'audit response',
      ]);
    });

    it('commits nothing for a mount that is gone by then, and asks of no mount that is only read', async () => {
      rooms.isGone = true;
      expect(await send()).toMatchObject({ status: 200 });
      rooms.handler = writes;
      expect(await send(WRITE)).toMatchObject({ status: 404 });
      expect(await send({ operation: 'read' })).toMatchObject({ status: 404 });
      expect(rooms.committed.size).toBe(0);
    });

    it('commits all of it at once, with its cause', async () => {
      rooms.handler = async (request, storage) => {
        await writes(request, storage);
        return { data: {}, lease: LEASE };
      };
      await send(WRITE);
      expect([...rooms.committed.keys()]).toEqual(['key', 'lease/secret/a']);
      expect(rooms.causes).toEqual([{ requestId: 'request-1', path: 'secret/a' }]);
    });

    it('gives the handler its mount, its parameters and one time for the whole request', async () => {
      const seen = jest.fn();
      rooms.mount = { ...MOUNT, passthroughRequestHeaders: ['X-Vault-Request'] };
      rooms.handler = async (request) => void seen(request);
      await send({ ...WRITE, wrap: { ttlSeconds: 5 }, headers: { 'x-vault-request': 'true' } });
      expect(seen.mock.calls[0][0]).toMatchObject({
        id: 'request-1',
        operation: 'update',
        path: 'a',
        params: { key: 'a' },
        body: { value: 'x' },
        raw: { value: 'x' },
        mount: { path: 'secret/' },
        caller: CALLER,
        now: NOW,
        wrapTtlSeconds: 5,
        headers: { 'x-vault-request': 'true' },
      });
    });

    it('waits for mounts that are committed and not shown yet', async () => {
      rooms.mounts.caughtUp = async () => void rooms.log.push('caughtUp');
      await send();
      expect(rooms.log.slice(0, 2)).toEqual(['caughtUp', 'resolve']);
    });

    it('answers a path that nobody serves with 404', async () => {
      expect(await send({ path: 'nowhere/a' })).toMatchObject({
        status: 404,
        json: { errors: ['no handler for route'] },
      });
      expect(rooms.log).toEqual(['resolve', 'authenticate', 'allows read']);
    });

    it('tells nobody whom it does not know that a path is not there', async () => {
      rooms.hasDevices = true;
      rooms.caller = undefined;
      expect(await send({ path: 'nowhere/a' })).toMatchObject({ status: 403, json: { errors: ['permission denied'] } });
      expect(rooms.log.slice(-2)).toEqual(['audit request', 'audit failure']);
    });
  });

  describe('while sealed', () => {
    beforeEach(() => (rooms.refusal = new TidelockError('SEALED')));

    it('refuses ordinary paths before looking at the token', async () => {
      expect(await send()).toMatchObject({ status: 503, json: { errors: ['Vault is sealed'] } });
      expect(await send({ path: 'nowhere/a' })).toMatchObject({ status: 503 });
      expect(rooms.log).toEqual([]);
    });

    it.each(['', 'hvs.client'])(
      'serves what is declared for it, without a look at the token "%s"',
      async (clientToken) => {
        rooms.declaration = { whileSealed: true, unauthenticated: true };
        expect(await send({ clientToken })).toMatchObject({ status: 200 });
        expect(rooms.log).toEqual(['handle']);
      },
    );

    it('serves metrics where the listener gives them to everybody', async () => {
      rooms.declaration = { openMetrics: true };
      expect(await send({ clientToken: '', openMetrics: true })).toMatchObject({ status: 200 });
      expect(await send({ clientToken: '' })).toMatchObject({ status: 503 });
    });
  });

  it('wants a token for metrics, unless the listener gives them to everybody; and for all else, there too', async () => {
    rooms.caller = undefined;
    rooms.declaration = { openMetrics: true };
    expect(await send({ clientToken: '' })).toMatchObject({ status: 403 });
    expect(await send({ clientToken: '', openMetrics: true })).toMatchObject({ status: 200 });
    rooms.declaration = {};
    expect(await send({ clientToken: '', openMetrics: true })).toMatchObject({ status: 403 });
    rooms.caller = CALLER;
    rooms.declaration = { openMetrics: true };
    rooms.allowed = false;
    expect(await send()).toMatchObject({ status: 403 });
  });

  it('wants a token with sudo for what otherwise needs none, where the listener demands it', async () => {
    rooms.declaration = { unauthenticated: true, sudo: true, tokenDemand: 'rekey' };
    rooms.caller = undefined;
    expect(await send({ clientToken: '' })).toMatchObject({ status: 200 });
    expect(await send({ clientToken: '', tokenDemands: ['generate-root'] })).toMatchObject({ status: 200 });
    expect(await send({ clientToken: '', tokenDemands: ['generate-root', 'rekey'] })).toMatchObject({ status: 403 });
    rooms.caller = CALLER;
    expect(await send({ tokenDemands: ['rekey'] })).toMatchObject({ status: 200 });
    rooms.allowed = false;
    expect(await send({ tokenDemands: ['rekey'] })).toMatchObject({ status: 403 });
  });

  it('counts requests and their answers', async () => {
    const traffic = new Traffic();
    const pipeline = new RequestPipeline(rooms, silentLogger, traffic);
    await pipeline.run(incoming());
    await pipeline.run(incoming({ path: 'nowhere/a' }));
    const told = Object.fromEntries(traffic.metrics().map((metric) => [metric.name, metric]));
    expect(told['vault.core.handle_request']).toMatchObject({ kind: 'summary', tally: { count: 2 } });
    expect(told['vault.core.in_flight_requests']).toMatchObject({ readings: [{ value: 0 }] });
    expect(told['vault.core.response_status_code']).toMatchObject({
      readings: [
        { labels: { type: '2xx' }, value: 1 },
        { labels: { type: '3xx' }, value: 0 },
        { labels: { type: '4xx' }, value: 1 },
        { labels: { type: '5xx' }, value: 0 },
      ],
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
      await send({ ...WRITE, wrap: { ttlSeconds: 60 } });
      expect(rooms.accessRequests).toEqual([
        { path: 'secret/a', operation: 'update', data: { value: 'x' }, sudo: true, wrapTtlSeconds: 60 },
      ]);
    });

    it.each([
      [true, 'update'],
      [false, 'create'],
    ])('asks the engine whether the thing is there (%p), which makes it %s', async (there, operation) => {
      rooms.declaration = { exists: 'has' };
      rooms.exists = async () => there;
      await send(WRITE);
      expect(rooms.accessRequests[0]?.operation).toBe(operation);
    });

    it('takes what is there but damaged for something to be updated, so that it can be written over', async () => {
      rooms.declaration = { exists: 'has' };
      rooms.exists = async () => {
        throw new TidelockError('CORRUPT_RECORD');
      };
      expect(await send(WRITE)).toMatchObject({ status: 200 });
      expect(rooms.accessRequests[0]?.operation).toBe('update');
      rooms.exists = async () => {
        throw new Error('no database');
      };
      expect(await send(WRITE)).toMatchObject({ status: 500 });
    });

    it('asks so for writes only, and takes a write for an update where the engine cannot tell', async () => {
      rooms.exists = async () => {
        throw new Error('not to be asked');
      };
      await send(WRITE);
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

  describe('overtaken requests', () => {
    it('run again from the start with a fresh unit, and what an overtaken run said is forgotten', async () => {
      let runs = 0;
      rooms.conflicts = 2;
      rooms.handler = async (request, storage) => {
        expect(await storage.get('key')).toBeUndefined();
        await writes(request, storage);
        return { data: { run: ++runs }, warnings: [`run ${runs}`], ...(runs === 1 && { lease: LEASE }) };
      };
      const { json } = await send(WRITE);
      expect(json).toMatchObject({ data: { run: 3 }, warnings: ['run 3'], lease_id: '' });
      expect([...rooms.committed.keys()]).toEqual(['key']);
      expect(new Set(rooms.units).size).toBe(3);
    });

    it('give up after 50 runs', async () => {
      rooms.conflicts = Number.POSITIVE_INFINITY;
      rooms.handler = writes;
      expect(await send(WRITE)).toMatchObject({
        status: 503,
        json: { errors: [expect.stringContaining('overtaken by other writes')] },
      });
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(50);
      rooms.conflicts = 0;
      expect(await send(WRITE)).toMatchObject({ status: 204 });
    });

    it('do not run again for any other failure', async () => {
      rooms.handler = async () => {
        throw badRequest('no');
      };
      await send(WRITE);
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(1);
    });
  });

  it.each([
    ['nobody', { unauthenticated: true }, undefined, 64 * 1024],
    ['a login', { login: true }, CALLER, 64 * 1024],
    ['a token', {}, CALLER, 1024 * 1024],
    ['a token, for a path that keeps what it likes', { bodyLimit: Infinity }, CALLER, Infinity],
    ['a token, for a path that needs none', { unauthenticated: true }, CALLER, 1024 * 1024],
  ])('takes from %s a body of limited size', async (_, declaration, caller, limit) => {
    const limits: number[] = [];
    rooms.declaration = declaration;
    rooms.caller = caller;
    rooms.handler = async ({ raw }) => ({ data: raw });
    const { json } = await send({
      ...WRITE,
      data: {},
      readBody: async (most) => {
        limits.push(most);
        return { sent: 'late' };
      },
    });
    expect([json['data'], limits]).toEqual([{ sent: 'late' }, [limit]]);
  });

  it('takes whatever the listener does where the mount may still be on its way', async () => {
    const limits: number[] = [];
    rooms.mounts.resolve = () => {
      throw new TidelockError('NO_HANDLER');
    };
    const readBody = async (most: number) => (limits.push(most), {});
    await send({ ...WRITE, readBody });
    await send({ ...WRITE, readBody, requiredStates: ['v1:a:1:1:b'] });
    expect(limits).toEqual([1024 * 1024, Infinity]);
  });

  it('takes of the query of a write what its path lets stand there, where it is true, and nothing else', async () => {
    class Body {
      @BoolField({ alsoInQuery: true }) dry_run?: boolean;
      @BoolField() force?: boolean;
    }
    rooms.declaration = { body: Body };
    rooms.handler = async ({ raw }) => ({ data: raw });
    const readBody = async () => ({ dry_run: false, id: 'a' });
    for (const [dry_run, seen] of [
      ['t', true],
      ['false', false],
    ] as const) {
      const { json } = await send({ ...WRITE, readBody, query: { dry_run, force: 'true', id: 'b' } });
      expect(json['data']).toEqual({ dry_run: seen, id: 'a' });
    }
  });

  it('refuses a query that says neither true nor false: what was only to be tried would be done', async () => {
    class Body {
      @BoolField({ alsoInQuery: true }) dry_run?: boolean;
    }
    rooms.declaration = { body: Body };
    const handler = jest.fn(async () => ({ data: {} }));
    rooms.handler = handler;
    const readBody = async () => ({});
    for (const dry_run of ['yes', 'on', ['true', 'true']])
      expect((await send({ ...WRITE, readBody, query: { dry_run } })).status).toBe(400);
    expect(handler).not.toHaveBeenCalled();
  });

  it('does not read the body of a caller whose token is not good', async () => {
    rooms.caller = undefined;
    const readBody = jest.fn(async () => ({}));
    expect((await send({ ...WRITE, readBody })).status).toBe(403);
    expect(readBody).not.toHaveBeenCalled();
  });
});
