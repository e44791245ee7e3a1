import { type Logger, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest } from './request/context';
import { AUTH, FakeRooms, GRANT, LEASE, MOUNT, sendTo, WRITE, writes } from './fake-rooms.testing';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

const send = (more: Partial<IncomingRequest> = {}, logger?: Logger) => sendTo(rooms, more, logger);

describe('RequestPipeline in a replication set', () => {
  describe('on a secondary', () => {
    beforeEach(() => (rooms.isSecondary = true));

    it('has the primary run what writes replicated state, and waits until it has come back', async () => {
      rooms.handler = writes;
      const { json, headers } = await send(WRITE);
      expect(json['data']).toEqual({ from: 'primary' });
      expect(rooms.log.slice(-3)).toEqual(['handle', 'forward', 'await 40']);
      expect(headers['X-Vault-Index']).toBe('10:40');
    });

    it('serves reads by itself', async () => {
      expect((await send()).json['data']).toEqual({ ok: true });
      expect(rooms.log).not.toContain('forward');
    });

    it.each(['read', 'list'] as const)(
      'has the primary answer a %s, once the caller is authorised here, where the client wishes so for a state that is missing',
      async (operation) => {
        rooms.primary = async () => ({ response: { data: { from: 'primary' } }, index: 0 });
        const { json, headers } = await send({ operation, requiredStates: ['elsewhere'] });
        expect(json['data']).toEqual({ from: 'primary' });
        expect(headers).not.toHaveProperty('X-Vault-Index');
        expect(rooms.log).toEqual(['resolve', 'authenticate', `allows ${operation}`, 'consistency', 'forward']);
        rooms.allowed = false;
        expect(await send({ operation, requiredStates: ['elsewhere'] })).toMatchObject({ status: 403 });
      },
    );

    it.each([
      ['a path bound to this cluster', { declaration: { localOnly: true } }, {}],
      ['a local mount', { mount: { ...MOUNT, local: true } }, {}],
      ['a write', {}, WRITE],
    ])('answers 412 instead for %s', async (_, bend, request) => {
      Object.assign(rooms, bend);
      expect(await send({ ...request, requiredStates: ['elsewhere'] })).toMatchObject({ status: 412 });
      expect(rooms.log).not.toContain('forward');
      expect(rooms.log).not.toContain('handle');
    });

    it('keeps nothing of what the handler put here before it met replicated state', async () => {
      rooms.handler = async (request, storage) => {
        rooms.units.at(-1)?.put('token/here');
        return writes(request, storage);
      };
      await send(WRITE);
      expect(rooms.committed.size).toBe(0);
    });

    it('sends what is declared so at once, but not for local mounts', async () => {
      rooms.declaration = { forwarded: true };
      await send(WRITE);
      expect(rooms.log).not.toContain('handle');
      rooms.log.length = 0;
      rooms.mount = { ...rooms.mount, local: true };
      await send(WRITE);
      expect(rooms.log).toContain('handle');
      expect(rooms.log).not.toContain('forward');
    });

    it('never sends what is declared local', async () => {
      rooms.declaration = { localOnly: true, forwarded: true };
      rooms.handler = writes;
      expect(await send(WRITE)).toMatchObject({ status: 503, json: { errors: ['cannot write to readonly storage'] } });
      expect(rooms.log).not.toContain('forward');
    });

    it('warns when the write has not come back in time', async () => {
      rooms.indexArrives = false;
      rooms.handler = writes;
      rooms.primary = async () => ({ response: undefined, index: 40 });
      const { status, json } = await send(WRITE);
      expect(status).toBe(200);
      expect(json['warnings']).toEqual([
        expect.stringMatching(/^Timeout hit while waiting for local replicated cluster to apply primary's write; /),
      ]);
    });

    it('neither waits nor names a state when the primary changed nothing', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: undefined, index: 0 });
      const { status, headers } = await send(WRITE);
      expect([status, headers['X-Vault-Index']]).toEqual([204, undefined]);
      expect(rooms.log.at(-1)).toBe('forward');
    });

    it("hands the primary's errors and warnings on", async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: { warnings: ['careful'] }, index: 40 });
      expect((await send(WRITE)).json['warnings']).toEqual(['careful']);
      rooms.primary = async () => {
        throw new TidelockError('INVALID_REQUEST', { errors: ['the primary says no'] });
      };
      expect(await send(WRITE)).toMatchObject({ status: 400, json: { errors: ['the primary says no'] } });
    });

    it('makes token and lease of a forwarded answer here', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: { data: {}, lease: LEASE, grant: GRANT }, index: 40 });
      const { json } = await send(WRITE);
      expect(json).toMatchObject({ lease_id: 'secret/a/lease-1', auth: AUTH });
      expect([...rooms.committed.keys()]).toEqual(['token/tester', 'lease/secret/a']);
      expect(rooms.log).toContain('register of 40');
    });

    it('gives the secret of a forwarded answer back where its own part of the request fails, and only there', async () => {
      rooms.handler = writes;
      rooms.primary = async () => ({ response: { data: {}, lease: LEASE }, index: 40 });
      await send(WRITE);
      expect(rooms.log).not.toContain('give back secret/a made by 40');
      rooms.conflicts = 50;
      expect((await send(WRITE)).status).toBe(503);
      expect(rooms.log.slice(-1)).toEqual(['give back secret/a made by 40']);
    });

    it('has the primary run a request once, even when its own part of it is overtaken', async () => {
      rooms.handler = writes;
      rooms.conflicts = 3;
      rooms.primary = async () => ({ response: { data: {}, lease: LEASE }, index: 40 });
      expect((await send(WRITE)).json['lease_id']).toBe('secret/a/lease-1');
      expect(rooms.log.filter((line) => line === 'forward')).toHaveLength(1);
      expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(1);
    });
  });

  it("lets a primary's refusal to write be an error, not a reason to forward", async () => {
    rooms.handler = async () => {
      throw new TidelockError('READ_ONLY_REPLICA');
    };
    expect((await send(WRITE)).status).toBe(503);
    expect(rooms.log).not.toContain('forward');
  });
});
