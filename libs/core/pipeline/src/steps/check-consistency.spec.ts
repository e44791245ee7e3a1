import { BoolField } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from '../request/context';
import { ANN, FakeRooms, sendTo, WRITE } from '../fake-rooms.testing';

describe('What the client has seen', () => {
  let rooms: FakeRooms;
  beforeEach(() => {
    rooms = new FakeRooms();
  });
  const send = (more: Partial<IncomingRequest> = {}) => sendTo(rooms, more);

  it('gives no answer from before it', async () => {
    expect(await send({ requiredStates: ['future'] })).toMatchObject({
      status: 412,
      json: { errors: ['1 error occurred:\n\t* required index state not present\n\n'] },
    });
    expect(rooms.log).not.toContain('handle');
  });

  it('asks again who calls and what they may, of what serves the path in that state', async () => {
    const becomes = (declaration: FakeRooms['declaration']): void => {
      rooms.replica.checkConsistency = async () => {
        rooms.declaration = declaration;
        rooms.entity = ANN;
        return 'here';
      };
    };
    becomes({ sudo: true });
    await send({ requiredStates: ['seen'] });
    expect(rooms.accessRequests.map(({ sudo }) => sudo)).toEqual([false, true]);
    expect(rooms.judged.map(({ entity }) => entity)).toEqual([undefined, ANN]);
    rooms.caller = undefined;
    rooms.declaration = { unauthenticated: true };
    becomes({});
    expect(await send({ requiredStates: ['seen'] })).toMatchObject({ status: 403 });
  });

  it('costs nothing when the client names nothing', async () => {
    await send();
    expect(rooms.log).not.toContain('consistency');
  });

  it('finds a path that comes with the state that the client names, and answers 404 without one', async () => {
    const resolve = jest.spyOn(rooms.mounts, 'resolve').mockImplementationOnce(() => {
      throw new TidelockError('NO_HANDLER');
    });
    const read = { ...WRITE, operation: 'read' as const, data: {} };
    expect((await send({ ...read, requiredStates: ['seen'] })).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(3);
    resolve.mockImplementationOnce(() => {
      throw new TidelockError('NO_HANDLER');
    });
    expect((await send(read)).status).toBe(404);
  });

  it('takes of the query what a path that comes with that state lets stand there', async () => {
    class Body {
      @BoolField({ alsoInQuery: true }) dry_run?: boolean;
    }
    rooms.declaration = { body: Body };
    rooms.handler = async ({ raw }) => ({ data: raw });
    jest.spyOn(rooms.mounts, 'resolve').mockImplementationOnce(() => {
      throw new TidelockError('NO_HANDLER');
    });
    const asked = { readBody: async () => ({ id: 'a' }), query: { dry_run: 'true' }, requiredStates: ['seen'] };
    expect((await send({ ...WRITE, ...asked })).json['data']).toEqual({ id: 'a', dry_run: true });
  });
});
