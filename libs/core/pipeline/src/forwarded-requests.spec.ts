import type { EngineOptions, EngineRequest } from '@tidelock/engine-api';
import { badRequest, silentLogger, TidelockError } from '@tidelock/kernel';
import type { ForwardedBy, IncomingRequest } from './request/context';
import { ANN, FakeRooms, GRANT, incoming, LEASE, WRITE, writes } from './fake-rooms.testing';
import { RequestPipeline } from './request-pipeline';

const TESTER = { displayName: 'tester', policies: ['writer'], entityId: 'entity', metadata: { username: 'tester' } };

describe('A request that a secondary sends on', () => {
  let rooms: FakeRooms;
  let seen: EngineRequest | undefined;

  beforeEach(() => {
    rooms = new FakeRooms();
    rooms.hasDevices = true;
    seen = undefined;
    rooms.handler = async (request, storage) => {
      seen = request;
      return writes(request, storage);
    };
  });

  const run = (by: Partial<ForwardedBy> = {}, more: Partial<IncomingRequest> = {}) =>
    new RequestPipeline(rooms, silentLogger).runForwarded(
      incoming({
        ...WRITE,
        clientToken: '',
        forwarded: { secondaryId: 'us-east', level: 'all', hidden: [], caller: TESTER, ...by },
        ...more,
      }),
    );
  const refused = async (work: Promise<unknown>, expected: object) => {
    const { size } = rooms.committed;
    await expect(work).rejects.toMatchObject(expected);
    expect(rooms.log).not.toContain('handle');
    expect(rooms.committed.size).toBe(size);
    // Whatever it was, and whoever was asked for it.
    expect(rooms.log.slice(-2)).toEqual(['audit request', 'audit failure']);
  };
  const as = (engine: Partial<EngineOptions>): void => {
    rooms.engine = { ...rooms.engine, ...engine };
  };

  it("is authorised by this cluster's own policies, then recorded, then done", async () => {
    await run();
    expect(rooms.log).toEqual(['resolve', 'allows update', 'audit request', 'handle', 'commit', 'audit response']);
    expect(rooms.judged).toEqual([{ policies: ['writer'] }]);
    rooms.log.length = 0;
    rooms.allowed = false;
    await refused(run(), { code: 'PERMISSION_DENIED', status: 403 });
  });

  it('is refused where its answer is a stream, and commits nothing', async () => {
    rooms.handler = async (request, storage) => {
      await writes(request, storage);
      return { raw: { body: (async function* () {})(), contentType: 'text/plain' } };
    };
    await expect(run()).rejects.toMatchObject({ status: 400 });
    expect(rooms.committed.size).toBe(0);
    rooms.handler = async () => ({ raw: { body: Buffer.from('x'), contentType: 'text/plain' } });
    expect((await run()).response?.raw?.body).toEqual(Buffer.from('x'));
  });

  it('is judged as whoever stands, by the records of this cluster, behind the entity that the secondary names', async () => {
    const asked: unknown[] = [];
    rooms.identity.subjectOf = async ({ policies, entityId }) => {
      asked.push(entityId);
      return { policies: [...policies, 'of-group'], entity: ANN };
    };
    await run({ caller: { ...TESTER, entityId: 'e-1' } });
    expect([asked, rooms.judged]).toEqual([['e-1'], [{ policies: ['writer', 'of-group'], entity: ANN }]]);
  });

  it('asks the policies all that they may depend on: sudo, parameters, the life of a wrapping', async () => {
    rooms.declaration = { sudo: true };
    await run({}, { wrap: { ttlSeconds: 60 } });
    expect(rooms.accessRequests).toEqual([
      { path: 'secret/a', operation: 'update', data: { value: 'x' }, sudo: true, wrapTtlSeconds: 60 },
    ]);
  });

  it("has a caller with a name and policies, and nothing that is a token's", async () => {
    const claiming = {
      ...TESTER,
      isRoot: true,
      tokenId: 'TOKEN-ID',
      clientToken: 'hvs.CLIENT',
      accessor: 'ACCESSOR',
      numUses: 1,
    };
    await run({ caller: claiming });
    expect(seen?.caller).toEqual({
      ...TESTER,
      clientToken: '',
      tokenId: '',
      accessor: '',
      type: 'service',
      orphan: true,
      numUses: 0,
      isRoot: false,
    });
  });

  it('may come without a caller where no token is needed, and nowhere else', async () => {
    await refused(run({ caller: undefined as never }), { code: 'PERMISSION_DENIED' });
    rooms.declaration = { unauthenticated: true };
    await run({ caller: undefined as never });
    expect(seen?.caller).toBeUndefined();
  });

  it.each([
    ["a path that is each cluster's own", () => (rooms.declaration = { localOnly: true })],
    [
      'one that needs no token, too',
      () => (rooms.declaration = { localOnly: true, unauthenticated: true, unaudited: true }),
    ],
    ['a local mount', () => (rooms.mount = { ...rooms.mount, local: true })],
  ])('is refused for %s', async (_, bend) => {
    bend();
    for (const operation of ['read', 'update', 'list'] as const) {
      rooms.log.length = 0;
      await refused(run({ caller: { ...TESTER, policies: ['root'] } }, { operation }), {
        status: 403,
        errors: [expect.stringContaining('own')],
      });
    }
  });

  it('is no way to ask for help', () => refused(run({}, { operation: 'help' }), { status: 403 }));

  it('is done by what was checked, whatever comes about while it waits for a state', async () => {
    rooms.replica.checkConsistency = async () => {
      as({ kind: 'auth' });
      rooms.mount = { ...rooms.mount, local: true };
      return 'here';
    };
    jest.spyOn(rooms.mounts, 'resolve').mockImplementationOnce(() => {
      expect(rooms.engine.kind).toBe('auth');
      throw new TidelockError('NO_HANDLER');
    });
    await refused(run({ level: 'data' }, { requiredStates: ['next'] }), { code: 'NO_HANDLER' });
    rooms.mount = { ...rooms.mount, local: false };
    await refused(run({ level: 'data' }, { requiredStates: ['next'] }), { status: 403 });
  });

  it('is on record also where nothing would be for a client of this cluster', async () => {
    rooms.declaration = { unaudited: true };
    await run();
    expect(rooms.log).toContain('audit request');
    rooms.log.length = 0;
    await refused(run({}, { path: 'none/a' }), { status: 404 });
  });

  it('finds no mount that is hidden from its secondary, whatever its policies', async () => {
    await refused(run({ hidden: ['secret/'], caller: { ...TESTER, policies: ['root'] } }), {
      code: 'NO_HANDLER',
      status: 404,
      errors: ['no handler for route "secret/a". route entry not found.'],
    });
    rooms.log.length = 0;
    rooms.mount = { ...rooms.mount, path: 'sys/' };
    rooms.declaration = { names: { members: ['from'] } };
    await refused(run({ hidden: ['secret/'] }, { path: 'sys/remount', data: { from: 'secret' } }), {
      code: 'NO_HANDLER',
    });
  });

  it('is not told the name of a hidden mount by an error', async () => {
    rooms.handler = async () => {
      throw badRequest('path is already in use at project-zeus/');
    };
    await expect(run({ hidden: ['project-zeus/'] })).rejects.toMatchObject({
      status: 400,
      errors: [expect.not.stringContaining('zeus')],
    });
  });

  describe('of level all', () => {
    it('is root where the secondary says so', async () => {
      await run({ caller: { ...TESTER, policies: ['root'] } });
      expect(seen?.caller).toMatchObject({ policies: ['root'], isRoot: true });
    });
  });

  describe('of level data', () => {
    const DATA = { level: 'data' } as const;

    it('is never root, and is told why it may not', async () => {
      await run({ ...DATA, caller: { ...TESTER, policies: ['default', 'root'] } });
      expect(seen?.caller).toMatchObject({ policies: ['default'], isRoot: false });
      expect(rooms.judged).toEqual([{ policies: ['default'] }]);
      rooms.log.length = 0;
      rooms.allowed = false;
      await refused(run({ ...DATA, caller: { ...TESTER, policies: ['root'] } }), {
        status: 403,
        errors: [expect.stringContaining('forwarding level is "data"')],
      });
    });

    it('writes what secrets engines keep, and logs in', async () => {
      await run(DATA);
      as({ kind: 'auth' });
      rooms.declaration = { login: true, unauthenticated: true };
      await run(DATA);
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(2);
    });

    it.each([
      ['auth methods', { kind: 'auth' }],
      ['the system', { type: 'system', singleton: true }],
      ['identity', { type: 'identity', singleton: true }],
    ] as const)('writes nothing of %s, but reads it', async (_, engine) => {
      as(engine);
      for (const operation of ['update', 'patch', 'delete', 'create'] as const) {
        rooms.log.length = 0;
        await refused(run(DATA, { operation }), {
          status: 403,
          errors: [expect.stringContaining('forwarding level of secondary "us-east" is "data"')],
        });
      }
      for (const operation of ['read', 'list'] as const) await run(DATA, { operation });
      await run({ level: 'all' });
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(3);
    });

    it('goes by the declaration before that', async () => {
      rooms.declaration = { writtenFor: 'all' };
      await refused(run(DATA), { status: 403 });
    });
  });

  it('may not touch what is local to this cluster', async () => {
    await run();
    expect(rooms.limits).toContainEqual({ replicatedOnly: true, mayDelete: 'core/intent/' });
    rooms.limits.length = 0;
    await new RequestPipeline(rooms, silentLogger).run(incoming(WRITE));
    expect(rooms.limits.filter(({ replicatedOnly }) => replicatedOnly)).toEqual([]);
  });

  it("comes back with the handler's answer, the warnings and the index, and neither lease nor token nor wrapping", async () => {
    rooms.bodyWarnings = ['ignored'];
    rooms.handler = async (request, storage) => {
      await writes(request, storage);
      return { lease: LEASE, grant: GRANT, wrap: { ttlSeconds: 5 }, warnings: ['from the handler'] };
    };
    const outcome = await run({}, { wrap: { ttlSeconds: 60 } });
    expect(outcome).toEqual({
      response: expect.objectContaining({ lease: LEASE, grant: GRANT }),
      warnings: ['ignored', 'from the handler'],
      index: 21,
    });
    expect([...rooms.committed.keys()]).toEqual(['key']);
  });

  it('tells index 0 when nothing was changed', async () => {
    rooms.handler = async () => undefined;
    expect(await run()).toEqual({ response: undefined, warnings: [], index: 0 });
  });

  it('fails with the error itself', async () => {
    rooms.handler = async () => {
      throw badRequest('no');
    };
    await expect(run()).rejects.toMatchObject({ code: 'INVALID_REQUEST', errors: ['no'] });
    rooms.refusal = new TidelockError('SEALED');
    await expect(run()).rejects.toMatchObject({ code: 'SEALED' });
  });
});
