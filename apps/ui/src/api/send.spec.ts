import { ApiError } from './errors';
import { send } from './send';

/** Stands for the network: answers one after the other, and keeps what was asked. */
function network(...answers: readonly [status: number, body?: unknown, headers?: Record<string, string>][]) {
  const states: (string | null)[] = [];
  const rest = [...answers];
  globalThis.fetch = async (_address, init) => {
    states.push(new Headers(init?.headers).get('X-Vault-Index'));
    const [status, body, headers = {}] = rest.shift() ?? [500];
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  };
  return states;
}

const BEHIND: [number, unknown] = [412, { errors: ['required index state not present'] }];
const CHANGED: [number, undefined, Record<string, string>] = [204, undefined, { 'X-Vault-Index': 'state 1' }];
const read = () => send({ method: 'GET', path: 'a' }, { token: 't' });
const change = () => send({ method: 'POST', path: 'a', body: {} }, { token: 't' });

describe('a call behind a change', () => {
  const original = globalThis.fetch;
  afterEach(() => void (globalThis.fetch = original));

  it('names the state behind the change, unless nobody is signed in', async () => {
    const states = network(CHANGED, [200, {}], [200, {}]);
    await change();
    await read();
    await send({ method: 'GET', path: 'a' });
    expect(states).toEqual([null, 'state 1', null]);
  });

  it('is made once again where the cluster is behind', async () => {
    const states = network(CHANGED, BEHIND, [200, { data: 1 }]);
    await change();
    expect(await read()).toEqual({ data: 1 });
    expect(states.slice(1)).toEqual(['state 1', 'state 1']);
  });

  it('takes what the cluster has where it stays behind', async () => {
    const states = network(CHANGED, BEHIND, BEHIND, [200, { data: 1 }]);
    await change();
    expect(await read()).toEqual({ data: 1 });
    expect(states.slice(1)).toEqual(['state 1', 'state 1', null]);
  });

  it('fails where the cluster goes on to say so', async () => {
    network(BEHIND, BEHIND, BEHIND);
    await expect(read()).rejects.toEqual(new ApiError(412, ['required index state not present']));
  });
});

describe('a call that cannot be sent', () => {
  const original = globalThis.fetch;
  afterEach(() => void (globalThis.fetch = original));

  it('says why, and not that nobody answers', async () => {
    const asked = network();
    const toJSON = () => {
      throw new Error('no such number');
    };
    await expect(send({ method: 'POST', path: 'a', body: { b: { toJSON } } })).rejects.toThrow('no such number');
    await expect(send({ method: 'DELETE', path: 'a/../b' })).rejects.toThrow('No part of a path can be');
    expect(asked).toEqual([]);
  });

  it('is none where nobody answers', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('failed'));
    await expect(read()).rejects.toEqual(new ApiError(0, []));
  });
});

describe('an answer', () => {
  const original = globalThis.fetch;
  afterEach(() => void (globalThis.fetch = original));

  it('is read as it is asked to be, and wrapped where that is asked for', async () => {
    const wrapped: (string | null)[] = [];
    globalThis.fetch = async (_address, init) => {
      wrapped.push(new Headers(init?.headers).get('X-Vault-Wrap-TTL'));
      return new Response('{"a":1.0}');
    };
    expect(await send({ method: 'GET', path: 'a' }, { parse: (text) => text, wrapTtl: '5m' })).toBe('{"a":1.0}');
    expect(await send({ method: 'GET', path: 'a' })).toEqual({ a: 1 });
    expect(wrapped).toEqual(['5m', null]);
  });
});
