import { badRequest, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './context';
import { FakeRooms, sendTo, WRITE } from './fake-rooms.testing';

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
