import type { CrossOrigin } from '@tidelock/core/cors';
import { silentLogger } from '@tidelock/kernel';
import { echo, listen, type ListeningEdge } from './edge.testing';

describe('pages of other origins', () => {
  const origin = 'http://a.example';
  let crossOrigin: CrossOrigin;
  let edge: ListeningEdge;
  beforeAll(async () => {
    const cors = { judge: async (from: string) => (from === origin ? crossOrigin : 'refused') };
    edge = await listen({ pipeline: echo, cors, logger: silentLogger });
  });
  beforeEach(() => (crossOrigin = 'off'));
  afterAll(() => edge.close());
  const send = (method: string, path: string, headers: Record<string, string>) =>
    edge.send(method, path, undefined, headers);

  it('are told nothing where none may use the API', async () => {
    const { status, headers } = await send('GET', '/v1/a', { origin });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined]);
    expect((await send('OPTIONS', '/v1/a', { origin, 'access-control-request-method': 'PUT' })).status).toBe(405);
  });

  it('may ask and be answered where they are allowed', async () => {
    crossOrigin = { allowedHeaders: ['X-Vault-Token', 'X-Own'] };
    const preflight = await send('OPTIONS', '/v1/a', { origin, 'access-control-request-method': 'PUT' });
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        vary: 'Origin',
        'access-control-allow-headers': 'X-Vault-Token,X-Own',
        'access-control-max-age': '300',
        'access-control-allow-methods': 'DELETE,GET,OPTIONS,POST,PUT,PATCH,LIST',
      },
    });
    expect((await send('OPTIONS', '/v1/a', { origin, 'access-control-request-method': 'TRACE' })).status).toBe(405);
    expect((await send('GET', '/v1/a', { origin })).headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Origin',
    });
    expect((await send('GET', '/v1/denied', { origin })).headers).toMatchObject({
      'access-control-allow-origin': origin,
    });
  });

  it('are refused where others are allowed', async () => {
    const { status, json, headers } = await send('GET', '/v1/a', { origin: 'http://b.example' });
    expect([status, json, headers['access-control-allow-origin']]).toEqual([
      403,
      { errors: ['origin not allowed'] },
      undefined,
    ]);
  });
});
