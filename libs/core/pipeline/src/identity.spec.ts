import { TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './context';
import { ANN, FakeRooms, sendTo } from './fake-rooms.testing';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

const send = (more: Partial<IncomingRequest> = {}) => sendTo(rooms, more);

describe('Who calls', () => {
  it('judges the caller as whom identity says it is, and tells the handler', async () => {
    const subjects: unknown[] = [];
    rooms.handler = async ({ subject }) => void subjects.push(subject);
    await send();
    rooms.entity = ANN;
    await send();
    const [nobody, ann] = [{ policies: ['default'] }, { policies: ['default'], entity: ANN }];
    expect([rooms.judged, subjects]).toEqual([
      [nobody, ann],
      [nobody, ann],
    ]);
  });

  it('lets nobody in while it cannot be told who they are, but where nobody needs to be', async () => {
    rooms.identity.subjectOf = () => Promise.reject(new TidelockError('STORAGE_UNAVAILABLE'));
    expect((await send()).status).toBe(503);
    expect(rooms.log).toEqual(['resolve', 'authenticate']);
    rooms.declaration = { unauthenticated: true };
    rooms.handler = async ({ caller, subject }) => ({ data: { caller: caller === undefined, subject } });
    expect((await send()).json['data']).toEqual({ caller: true });
    rooms.identity.subjectOf = () => Promise.reject(new Error('a fault'));
    expect((await send()).status).toBe(500);
  });
});
