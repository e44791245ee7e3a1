import { getEventListeners } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EngineRequest } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import type { ResolvedPath } from '@tidelock/core/mounts';
import { FakeRooms, sendTo, WRITE } from '../fake-rooms.testing';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
};

/** A mount that counts what is under way with it. */
function openMount() {
  const closing = new AbortController();
  const open = {
    users: 0,
    signal: closing.signal,
    async use<T>(work: (state: unknown) => Promise<T>): Promise<T> {
      closing.signal.throwIfAborted();
      open.users += 1;
      return work(undefined).finally(() => (open.users -= 1));
    },
  };
  const close = () => closing.abort(new TidelockError('SEALED', 'the mount is being closed'));
  return { open: open satisfies NonNullable<ResolvedPath['open']>, close };
}

describe('A stream of a mount', () => {
  let rooms: FakeRooms;
  let open: ReturnType<typeof openMount>['open'];
  let close: () => void;
  beforeEach(() => {
    rooms = new FakeRooms();
    ({ open, close } = openMount());
    rooms.open = open;
  });

  describe('that comes in', () => {
    const watch = async ({ byteStream }: EngineRequest) => {
      let length = 0;
      for await (const chunk of byteStream ?? []) length += chunk.length;
      return { data: { length } };
    };
    beforeEach(() => {
      rooms.declaration = { bytes: { stream: true } };
      rooms.handler = watch;
    });
    const gone = () => new AbortController();
    const upload = (chunks: AsyncIterable<Buffer>, { signal } = gone()) =>
      sendTo(rooms, { ...WRITE, data: {}, readBody: async () => ({}), readBytes: () => chunks, gone: () => signal });
    const dripping = async function* () {
      yield Buffer.from('ab');
      await new Promise(() => undefined);
    };

    it('is read to its end', async () => {
      const answer = await upload(
        (async function* () {
          yield Buffer.from('ab');
          yield Buffer.from('c');
        })(),
      );
      expect([answer.json['data'], open.users]).toEqual([{ length: 3 }, 0]);
    });

    it('is cut as the mount closes, however slowly it drips, and the client is told why', async () => {
      const answer = upload(dripping());
      await turns();
      expect(open.users).toBe(1);
      close();
      expect(await answer).toMatchObject({ status: 503, json: { errors: ['the mount is being closed'] } });
      expect(open.users).toBe(0);
    });

    it.each<[string, (chunks: AsyncIterable<Buffer>) => Promise<unknown>]>([
      [
        'a stream of Node',
        (chunks) =>
          pipeline(Readable.from(chunks), new Writable({ write: (_chunk, _encoding, taken: () => void) => taken() })),
      ],
      [
        'an iterator that is told to return meanwhile',
        async (chunks) => {
          const iterator = chunks[Symbol.asyncIterator]();
          for (let step = 0; step < 2; step += 1) void iterator.next().catch(() => undefined);
          await iterator.return?.();
        },
      ],
    ])('is cut as the mount closes where its engine reads it by %s', async (_what, read) => {
      rooms.handler = async ({ byteStream }) => (await read(byteStream as AsyncIterable<Buffer>), undefined);
      const answer = upload(dripping());
      await turns();
      expect(open.users).toBe(1);
      close();
      await turns();
      expect(open.users).toBe(0);
      await answer;
    });

    describe('and that its engine drops half read', () => {
      const endless = async function* () {
        for (;;) yield Buffer.from('ab');
      };
      let stream: AsyncIterator<Buffer>;
      let over: AbortController;
      beforeEach(() => {
        over = gone();
        rooms.handler = async ({ byteStream }) => {
          stream = (byteStream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
          await stream.next().catch(() => undefined);
          return undefined;
        };
      });

      it('is kept by nothing of the mount once the request is over, and does not pass for a body that has ended', async () => {
        const { status } = await upload(endless(), over);
        expect([status, getEventListeners(open.signal, 'abort').length]).toEqual([204, 1]);
        over.abort(new TidelockError('CLIENT_GONE'));
        await turns();
        expect(getEventListeners(open.signal, 'abort')).toEqual([]);
        await expect(stream.next()).rejects.toMatchObject({ code: 'CLIENT_GONE' });
      });

      it('is not begun where the client is gone already', async () => {
        over.abort(new TidelockError('CLIENT_GONE'));
        await upload(endless(), over);
        await expect(stream.next()).rejects.toMatchObject({ code: 'CLIENT_GONE' });
        expect(getEventListeners(open.signal, 'abort')).toEqual([]);
      });
    });
  });

  describe('that goes out', () => {
    const given: string[] = [];
    /** Gives a chunk each time that it is told to. */
    let give: () => void;
    beforeEach(() => (given.length = 0));
    async function send() {
      const body = async function* () {
        try {
          for (;;) {
            await new Promise<void>((resolve) => (give = resolve));
            given.push('chunk');
            yield Buffer.from('x');
          }
        } finally {
          given.push('over');
        }
      };
      rooms.handler = async () => ({ raw: { body: body(), contentType: 'text/plain' } });
      const { body: sent, cut } = await sendTo(rooms);
      return { begin: () => (sent as AsyncIterable<Buffer>)[Symbol.asyncIterator](), cut };
    }
    const first = async (chunks: AsyncIterator<Buffer>): Promise<void> => {
      const step = chunks.next();
      await turns();
      give();
      await step;
    };

    it('is under way for the mount from its beginning to its end', async () => {
      const { begin, cut } = await send();
      const chunks = begin();
      expect([open.users, cut]).toEqual([1, open.signal]);
      await first(chunks);
      await chunks.return?.();
      expect([open.users, given]).toEqual([0, ['chunk', 'over']]);
    });

    it('ends as the mount closes although nobody reads it', async () => {
      const chunks = (await send()).begin();
      await first(chunks);
      close();
      await turns();
      expect([open.users, given]).toEqual([0, ['chunk', 'over']]);
      await expect(chunks.next()).rejects.toMatchObject({ code: 'SEALED' });
    });

    it('keeps no reader waiting as the mount closes, which waits for what the engine still does', async () => {
      const chunks = (await send()).begin();
      const step = chunks.next();
      await turns();
      close();
      await expect(step).rejects.toMatchObject({ code: 'SEALED' });
      expect(open.users).toBe(1);
      give();
      await turns();
      expect([open.users, given]).toEqual([0, ['chunk', 'over']]);
    });

    it('is over for the mount although its return fails at once', async () => {
      const chunks = {
        next: () => new Promise<never>(() => undefined),
        return: () => {
          throw new Error('no return');
        },
      };
      rooms.handler = async () => ({
        raw: { body: { [Symbol.asyncIterator]: () => chunks }, contentType: 'text/plain' },
      });
      const { body } = await sendTo(rooms);
      (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      close();
      await turns();
      expect(open.users).toBe(0);
    });

    it('is over for the mount where the engine fails', async () => {
      rooms.handler = async () => ({
        raw: {
          body: (async function* (): AsyncGenerator<Buffer> {
            throw new Error('the disk is gone');
          })(),
          contentType: 'text/plain',
        },
      });
      const { body } = await sendTo(rooms);
      const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      await expect(chunks.next()).rejects.toThrow('the disk is gone');
      await turns();
      expect(open.users).toBe(0);
    });

    it('is not begun once the mount has closed', async () => {
      const { begin } = await send();
      close();
      await expect(begin().next()).rejects.toMatchObject({ code: 'SEALED' });
      expect(given).toEqual([]);
    });
  });
});
