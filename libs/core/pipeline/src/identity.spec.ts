import { TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './request/context';
import { ANN, FakeRooms, GRANT, sendTo, WRITE, writes } from './fake-rooms.testing';

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

describe('Who logs in', () => {
  const LOGIN = { ...WRITE, path: 'secret/login' };
  /** Handler of an auth method; its runs are counted. */
  let runs = 0;
  const logsIn =
    (alias: (run: number) => string | undefined): FakeRooms['handler'] =>
    async (_, storage) => {
      runs += 1;
      await storage.put('key', Buffer.from('x'));
      const name = alias(runs);
      return { grant: { ...GRANT, ...(name !== undefined && { alias: { name } }) } };
    };

  beforeEach(() => {
    runs = 0;
    rooms.declaration = { login: true };
    rooms.mount = { ...rooms.mount, local: true };
    rooms.entity = ANN;
    rooms.handler = logsIn(() => 'ann');
  });

  it('is asked behind the handler, and the token is theirs', async () => {
    expect((await send(LOGIN)).json['auth']).toMatchObject({ entity_id: 'e-1' });
    expect(rooms.log).toEqual(['resolve', 'handle', 'entity of ann', 'createFromGrant', 'commit']);
  });

  it('is asked with no unit open, and the login goes on with the one that there was', async () => {
    const units: unknown[] = [];
    rooms.hasDevices = true;
    rooms.audit.request = async (context) => {
      rooms.identity.entityOf = async () => {
        units.push(context.unit);
        return ANN;
      };
    };
    await send(LOGIN);
    expect([units, rooms.units.length, runs]).toEqual([[undefined], 1, 1]);
    expect([...rooms.committed.keys()]).toEqual(['key', 'token/tester']);
  });

  it('is asked once, however often the login is overtaken', async () => {
    rooms.conflicts = 3;
    await send(LOGIN);
    expect([runs, rooms.units.length]).toEqual([4, 4]);
    expect(rooms.log.filter((line) => line.startsWith('entity'))).toEqual(['entity of ann']);
  });

  it('is asked again where the handler finds that it is somebody else, or nobody', async () => {
    rooms.handler = logsIn((run) => ['ann', 'ben', undefined][run - 1]);
    rooms.conflicts = 1;
    await send(LOGIN);
    expect(rooms.log.filter((line) => line.startsWith('entity'))).toEqual(['entity of ann', 'entity of ben']);
    runs = 0;
    rooms.conflicts = 2;
    expect((await send(LOGIN)).json['auth']).toMatchObject({ entity_id: '' });
  });

  it('is nobody without an alias', async () => {
    rooms.handler = logsIn(() => undefined);
    expect((await send(LOGIN)).json['auth']).toMatchObject({ entity_id: '' });
    expect(rooms.log).toEqual(['resolve', 'handle', 'createFromGrant', 'commit']);
  });

  it('is told to the client where it cannot be found out, and nothing is kept', async () => {
    rooms.identity.entityOf = () => Promise.reject(new TidelockError('FORWARDING_FAILED'));
    expect((await send(LOGIN)).status).toBe(503);
    expect(rooms.committed.size).toBe(0);
  });

  it('is asked by the secondary for a login that the primary has run', async () => {
    rooms.isSecondary = true;
    rooms.mount = { ...rooms.mount, local: false };
    rooms.handler = writes;
    rooms.primary = async () => ({ response: { grant: { ...GRANT, alias: { name: 'ann' } } }, index: 40 });
    rooms.conflicts = 1;
    expect((await send(LOGIN)).json['auth']).toMatchObject({ entity_id: 'e-1' });
    const once = ['forward', 'entity of ann', 'createFromGrant', 'commit'];
    expect(rooms.log.slice(2)).toEqual([...once, 'createFromGrant', 'commit', 'await 40']);
  });
});
