import { badRequest, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './request/context';
import { FakeRooms, sendTo, WRITE, writes } from './fake-rooms.testing';

describe('The audit of requests', () => {
  let rooms: FakeRooms;
  const send = (more: Partial<IncomingRequest> = {}) => sendTo(rooms, more);
  beforeEach(() => {
    rooms = new FakeRooms();
    rooms.hasDevices = true;
  });

  it('refuses what it cannot put on record', async () => {
    rooms.auditFailure = new TidelockError('INTERNAL');
    expect(await send(WRITE)).toMatchObject({ status: 500, json: { errors: ['internal error'] } });
    expect(rooms.log).not.toContain('handle');
    expect(rooms.log).not.toContain('audit failure');
  });

  it('has an end for what failed, too', async () => {
    rooms.handler = async () => {
      throw badRequest('no');
    };
    await send();
    expect(rooms.log.slice(-2)).toEqual(['handle', 'audit failure']);
  });

  it.each([
    ['by policy', () => (rooms.allowed = false)],
    ['for their token', () => (rooms.caller = undefined)],
  ])('knows of requests that were denied %s', async (_, deny) => {
    deny();
    expect((await send()).status).toBe(403);
    expect(rooms.log.slice(-2)).toEqual(['audit request', 'audit failure']);
  });

  it.each([
    [
      'the path is not there',
      404,
      () =>
        (rooms.mounts.resolve = () => {
          throw new TidelockError('UNSUPPORTED_PATH', { multi: true });
        }),
      {},
    ],
    [
      'the verb is not there',
      405,
      () =>
        (rooms.mounts.resolve = () => {
          throw new TidelockError('UNSUPPORTED_OPERATION', { multi: true });
        }),
      {},
    ],
    [
      'the body is no JSON',
      400,
      () => undefined,
      {
        readBody: async () => {
          throw badRequest('error parsing JSON');
        },
      },
    ],
    [
      'the head is not well formed',
      400,
      () => undefined,
      { refusal: badRequest('path contains non-printable characters') as TidelockError },
    ],
  ])('knows what a known caller asked where %s (%i)', async (_, status, arrange, more: Partial<IncomingRequest>) => {
    arrange();
    expect((await send({ ...WRITE, ...more })).status).toBe(status);
    expect(rooms.log.slice(-2)).toEqual(['audit request', 'audit failure']);
    rooms.log.length = 0;
    rooms.caller = undefined;
    expect((await send({ ...WRITE, ...more })).status).toBe(403);
  });

  it('does not try again to record what no device could write', async () => {
    rooms.auditFailure = new TidelockError('INTERNAL');
    await send(WRITE);
    expect(rooms.log.filter((line) => line.startsWith('audit'))).toEqual(['audit request']);
  });

  it.each([
    [true, 'update'],
    [false, 'create'],
  ])('and the policies say the same of a write to what is there (%s): %s, by one look', async (there, operation) => {
    let looks = 0;
    rooms.declaration = { exists: 'has' };
    rooms.exists = async () => {
      looks += 1;
      return there;
    };
    const recorded: unknown[] = [];
    rooms.audit.request = async (context) => void recorded.push(context.operation);
    await send(WRITE);
    expect([recorded, rooms.accessRequests.map((asked) => asked.operation), looks]).toEqual([
      [operation],
      [operation],
      1,
    ]);
  });

  it('withholds the answer when its end cannot be recorded', async () => {
    rooms.audit.response = async () => {
      throw new TidelockError('INTERNAL');
    };
    expect((await send()).status).toBe(500);
  });

  it('has the end of a request whose answer is a stream before that begins', async () => {
    const body = (async function* () {
      rooms.log.push('stream');
      yield Buffer.from('x');
    })();
    rooms.handler = async (request, storage) => {
      await writes(request, storage);
      return { raw: { body, contentType: 'text/plain' } };
    };
    const answer = await send(WRITE);
    expect([answer.status, answer.body]).toEqual([200, body]);
    await body.next();
    expect(rooms.log.slice(-3)).toEqual(['commit', 'audit response', 'stream']);
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
