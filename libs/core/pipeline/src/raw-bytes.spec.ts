import type { EngineRequest, PathOptions } from '@tidelock/engine-api';
import { badRequest, silentLogger, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './request/context';
import { FakeRooms, incoming, sendTo, WRITE, writes } from './fake-rooms.testing';
import { RequestPipeline } from './request-pipeline';

const CHUNKS = [Buffer.from([0, 255]), Buffer.from('x')];
const OCSP: PathOptions['bytes'] = { contentTypes: ['application/ocsp-request'] };
const MIB = 1024 * 1024;

describe('The bytes of a request', () => {
  let rooms: FakeRooms;
  /** What the body was read as, and up to which limits. */
  let reads: unknown[][];
  const seen: EngineRequest[] = [];
  beforeEach(() => {
    rooms = new FakeRooms();
    rooms.declaration = { bytes: OCSP };
    reads = [];
    seen.length = 0;
    rooms.handler = async (request) => {
      seen.push(request);
      return { data: {} };
    };
  });

  const sent = (more: Partial<IncomingRequest> = {}): Partial<IncomingRequest> => ({
    ...WRITE,
    data: {},
    headers: { 'content-type': 'Application/OCSP-Request; charset=x' },
    readBody: async (limit) => (reads.push(['members', limit]), { read: 'as JSON' }),
    readBytes: async function* (...limits) {
      reads.push(['bytes', ...limits]);
      yield* CHUNKS;
    },
    ...more,
  });
  const send = (more?: Partial<IncomingRequest>) => sendTo(rooms, sent(more));

  it('come to the handler as they are, where its path takes bytes', async () => {
    await send();
    expect(seen[0]).toMatchObject({ bytes: Buffer.concat(CHUNKS), raw: {}, body: {} });
    rooms.declaration = {};
    await send();
    expect(seen[1]).toMatchObject({ raw: { read: 'as JSON' } });
    expect(seen[1]).not.toHaveProperty('bytes');
    expect(reads).toEqual([
      ['bytes', MIB, true],
      ['members', MIB],
    ]);
  });

  it('are empty where none were sent, and not there for a read', async () => {
    await sendTo(rooms, WRITE);
    await sendTo(rooms);
    expect(seen.map(({ bytes }) => bytes)).toEqual([Buffer.alloc(0), undefined]);
  });

  it('are read up to the limit of the path, and to less of it for nobody known', async () => {
    rooms.declaration = { bytes: {}, bodyLimit: 7 };
    await send();
    rooms.declaration = { bytes: { stream: true }, bodyLimit: Infinity, unauthenticated: true };
    await send({ clientToken: '' });
    rooms.caller = undefined;
    rooms.handler = async ({ byteStream }) => {
      for await (const _ of byteStream ?? []);
      return undefined;
    };
    await send({ clientToken: '' });
    expect(reads).toEqual([
      ['bytes', 7, true],
      ['bytes', 64 * 1024, false],
    ]);
  });

  it.each(['application/json', '', 'application/ocsp-request-2'])(
    'are not read where they are said to be "%s"',
    async (type) => {
      expect(await send({ headers: { 'content-type': type } })).toMatchObject({ status: 415 });
      expect([reads, seen]).toEqual([[], []]);
      rooms.declaration = { bytes: {} };
      expect((await send({ headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  it('are nothing that policies or the audit see', async () => {
    rooms.hasDevices = true;
    const recorded: unknown[] = [];
    rooms.audit.request = async ({ incoming: { data } }) => void recorded.push(data);
    await send();
    expect([recorded, rooms.accessRequests.map(({ data }) => data)]).toEqual([[{}], [{}]]);
  });

  describe('as a stream', () => {
    beforeEach(() => (rooms.declaration = { bytes: { stream: true }, bodyLimit: Infinity }));
    const readAll = async ({ byteStream }: EngineRequest): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of byteStream ?? []) chunks.push(chunk);
      return Buffer.concat(chunks);
    };

    it('are read as the handler goes on', async () => {
      rooms.handler = async (request) => {
        expect(reads).toEqual([]);
        return { data: { text: (await readAll(request)).toString('hex') } };
      };
      expect((await send()).json['data']).toEqual({ text: '00ff78' });
      expect(reads).toEqual([['bytes', Infinity, false]]);
    });

    it('are read once: a request that was overtaken then is not run on what is left of them', async () => {
      const begun: number[] = [];
      rooms.handler = async (request, storage) => {
        begun.push(1);
        await readAll(request);
        return writes(request, storage);
      };
      rooms.conflicts = 1;
      expect(await send()).toMatchObject({
        status: 503,
        json: { errors: ['the request was overtaken by other writes to the same data; try again'] },
      });
      expect([begun.length, reads.length, rooms.committed.size]).toEqual([2, 1, 0]);
    });

    it('do not pass to the primary', async () => {
      rooms.isSecondary = true;
      rooms.handler = writes;
      expect(await send()).toMatchObject({ status: 400 });
      rooms.declaration = { ...rooms.declaration, forwarded: true };
      expect(await send()).toMatchObject({ status: 400 });
      expect([rooms.log.includes('forward'), reads]).toEqual([false, []]);
    });
  });

  describe('that a secondary sends on', () => {
    const forwarded = (more: Partial<IncomingRequest>) =>
      new RequestPipeline(rooms, silentLogger).runForwarded(
        incoming({
          ...WRITE,
          data: {},
          forwarded: {
            secondaryId: 'us-east',
            level: 'all',
            hidden: [],
            caller: { displayName: 'tester', policies: ['writer'], entityId: '', metadata: {} },
          },
          ...more,
        }),
      );

    it('come to the handler, within the limit of the path', async () => {
      rooms.declaration = { bytes: OCSP, bodyLimit: 3 };
      await forwarded({ bytes: Buffer.from('abc') });
      await forwarded({});
      expect(seen.map(({ bytes }) => bytes?.toString())).toEqual(['abc', '']);
      await expect(forwarded({ bytes: Buffer.from('abcd') })).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
      expect(seen).toHaveLength(2);
    });

    it('are no stream', async () => {
      rooms.declaration = { bytes: { stream: true } };
      await expect(forwarded({ bytes: Buffer.from('abc') })).rejects.toMatchObject({ status: 400 });
      expect(seen).toEqual([]);
    });
  });

  it('are asked for again where the path that takes them was not there when the body was read', async () => {
    jest.spyOn(rooms.mounts, 'resolve').mockImplementationOnce(() => {
      throw new TidelockError('NO_HANDLER');
    });
    expect(await send({ requiredStates: ['seen'] })).toMatchObject({ status: 412 });
    expect(seen).toEqual([]);
    expect((await send({ requiredStates: ['seen'] })).status).toBe(200);
  });

  describe('on a secondary that does not have the mount yet', () => {
    const noJson = badRequest('failed to parse JSON input');
    const readBody = (): Promise<never> => Promise.reject(noJson);
    const notYet = (): void =>
      void jest.spyOn(rooms.mounts, 'resolve').mockImplementationOnce(() => {
        throw new TidelockError('NO_HANDLER');
      });
    beforeEach(() => {
      rooms.isSecondary = true;
      rooms.handler = async () => ({ data: {} });
    });

    it('are no JSON that is refused: the answer is that of any unknown path', async () => {
      notYet();
      expect(await send({ readBody })).toMatchObject({ status: 404 });
      notYet();
      rooms.allowed = false;
      expect(await send({ readBody })).toMatchObject({ status: 403 });
      rooms.isSecondary = false;
      notYet();
      expect(await send({ readBody })).toMatchObject({ status: 400 });
    });

    it('are asked for again once it is there, and refused where it takes JSON', async () => {
      notYet();
      expect(await send({ readBody, requiredStates: ['seen'] })).toMatchObject({ status: 412 });
      notYet();
      rooms.declaration = {};
      expect(await send({ readBody, requiredStates: ['seen'] })).toMatchObject({
        status: 400,
        json: { errors: noJson.errors },
      });
      expect(rooms.log).not.toContain('handle');
    });
  });
});
