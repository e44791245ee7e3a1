import { type Logger, silentLogger } from '@tidelock/kernel';
import type { IncomingRequest } from '../request/context';
import { CALLER, FakeRooms, sendTo } from '../fake-rooms.testing';

let rooms: FakeRooms;
beforeEach(() => {
  rooms = new FakeRooms();
});

const send = (more: Partial<IncomingRequest> = {}, logger?: Logger) => sendTo(rooms, more, logger);

describe('RequestPipeline', () => {
  describe('who calls', () => {
    it.each([
      ['no token', ''],
      ['an unknown token', 'hvs.unknown'],
    ])('refuses %s in plain words', async (_, clientToken) => {
      rooms.caller = undefined;
      expect(await send({ clientToken })).toMatchObject({ status: 403, json: { errors: ['permission denied'] } });
      expect(rooms.log).not.toContain('handle');
    });

    it.each([['unauthenticated'], ['login']] as const)('asks for no token on %s paths', async (kind) => {
      rooms.declaration = { [kind]: true };
      expect(await send({ clientToken: '' })).toMatchObject({ status: 200 });
      expect(rooms.log).toEqual(['resolve', 'handle']);
    });

    it('notes whose token was sent to a path that needs none, and takes neither a use nor offence', async () => {
      rooms.declaration = { unauthenticated: true };
      rooms.caller = { ...CALLER, numUses: 1 };
      rooms.allowed = false;
      rooms.handler = async ({ caller }) => ({ data: { caller: caller?.displayName } });
      expect(await send()).toMatchObject({ status: 200, json: { data: { caller: 'token' } } });
      expect(rooms.log).toEqual(['resolve', 'authenticate', 'handle']);
    });

    it('takes a use from a limited token in a commit of its own, before the request and whatever becomes of it', async () => {
      rooms.caller = { ...CALLER, numUses: 2 };
      rooms.conflicts = 3;
      rooms.allowed = false;
      expect((await send()).status).toBe(403);
      expect(rooms.log.slice(1, 4)).toEqual(['authenticate', 'consumeUse', 'commit']);
      expect(rooms.committed.has('use')).toBe(true);
      expect(rooms.log).not.toContain('revokeSpent');
    });

    it.each([
      ['a request that succeeded', true],
      ['a request that was denied', false],
    ])('revokes a token after its last use, after %s', async (_, allowed) => {
      // Another request has taken the last use but one since this one authenticated.
      rooms.caller = { ...CALLER, numUses: 2 };
      rooms.takesLastUse = true;
      rooms.allowed = allowed;
      await send();
      expect(rooms.log.filter((line) => line === 'consumeUse')).toHaveLength(1);
      expect(rooms.log.at(-1)).toBe('revokeSpent');
    });

    it('answers as usual when the revocation of a spent token has to wait', async () => {
      rooms.caller = { ...CALLER, numUses: 1 };
      rooms.takesLastUse = true;
      rooms.tokens.revokeSpent = async () => {
        throw new Error('busy');
      };
      const error = jest.fn();
      expect((await send({}, { ...silentLogger, error })).status).toBe(200);
      expect(error).toHaveBeenCalledTimes(1);
    });
  });
});
