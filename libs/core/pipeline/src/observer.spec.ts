import { silentLogger, TidelockError } from '@tidelock/kernel';
import { ANN, FakeRooms, GRANT, incoming, WRITE, writes } from './fake-rooms.testing';
import type { IncomingRequest } from './request/context';
import type { RequestObserver } from './observer';
import { RequestPipeline } from './request-pipeline';

describe('RequestObserver', () => {
  let rooms: FakeRooms;
  let seen: string[];
  const steps: RequestObserver = {
    step: async (step, _, run) => {
      seen.push(step.name);
      try {
        return await run();
      } finally {
        seen.push(`/${step.name}`);
      }
    },
  };
  const send = (observer: RequestObserver, more: Partial<IncomingRequest> = {}) =>
    new RequestPipeline(rooms, silentLogger, observer).run(incoming(more));
  const begun = (): string[] => seen.filter((line) => !line.startsWith('/'));

  beforeEach(() => {
    rooms = new FakeRooms();
    seen = [];
  });

  const BEFORE = ['requireUnsealed', 'resolveMount', 'authenticate', 'identify', 'readBody', 'authorize'];
  const ATTEMPT = ['handle', 'identifyLogin', 'createLease', 'wrapResponse', 'commit'];

  it('is around each step by its name, those of each attempt of the transaction inside it', async () => {
    rooms.handler = writes;
    rooms.conflicts = 1;
    expect((await send(steps, WRITE)).status).toBe(204);
    const within = [
      ...BEFORE,
      'requirePath',
      'auditRequest',
      'checkConsistency',
      'transaction',
      ...ATTEMPT,
      ...ATTEMPT,
    ];
    expect(begun()).toEqual([...within, 'auditResponse']);
    expect(seen.slice(-4)).toEqual(['/commit', '/transaction', 'auditResponse', '/auditResponse']);
  });

  it('sees a step that asks somebody else go on, and changes nothing of what comes of it', async () => {
    rooms.isSecondary = true;
    rooms.entity = ANN;
    rooms.handler = writes;
    rooms.primary = async () => ({ response: { grant: { ...GRANT, alias: { name: 'ann' } } }, index: 40 });
    const answer = await send(steps, WRITE);
    expect(answer.body?.toString()).toContain('"entity_id":"e-1"');
    const inside = begun().slice(begun().indexOf('transaction') + 1);
    expect(inside).toEqual(['handle', 'handle', 'identifyLogin', ...ATTEMPT.slice(1), 'auditResponse']);
  });

  it('sees steps fail, and a request end', async () => {
    rooms.allowed = false;
    const ended: unknown[] = [];
    const { status } = await send({ ...steps, ended: ({ failure }) => void ended.push(failure) }, WRITE);
    expect([status, begun()]).toEqual([403, [...BEFORE, 'auditResponse']]);
    expect(ended).toEqual([expect.objectContaining({ code: 'PERMISSION_DENIED' })]);
  });

  it('is told once of the end of a request, also where the record of it fails', async () => {
    const ended = jest.fn();
    rooms.hasDevices = true;
    rooms.audit.response = () => Promise.reject(new TidelockError('INTERNAL'));
    expect((await send({ ended })).status).toBe(500);
    expect(ended).toHaveBeenCalledTimes(1);
    await expect(new RequestPipeline(rooms, silentLogger, { ended }).runForwarded(incoming())).rejects.toThrow();
    expect(ended).toHaveBeenCalledTimes(2);
  });

  it("is around a client's request, not around one that a secondary sends on", async () => {
    const request = jest.fn((run: () => ReturnType<RequestPipeline['run']>) => run());
    expect((await send({ request }))?.status).toBe(200);
    await expect(new RequestPipeline(rooms, silentLogger, { request }).runForwarded(incoming())).rejects.toThrow();
    expect(request).toHaveBeenCalledTimes(1);
  });
});
