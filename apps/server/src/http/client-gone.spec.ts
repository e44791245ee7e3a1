import { request as httpRequest } from 'node:http';
import type { IncomingRequest } from '@tidelock/core/pipeline';
import { silentLogger } from '@tidelock/kernel';
import { listen } from './edge.testing';

describe('a client that hangs up', () => {
  it('is told to whatever waits outside for its sake, and one that waits is not taken for gone', async () => {
    const requests: IncomingRequest[] = [];
    let came: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (came = resolve));
    const run = async (incoming: IncomingRequest) => {
      requests.push(incoming);
      if (incoming.path === 'quick') return { status: 204, contentType: 'application/json', headers: {} };
      came();
      return new Promise<never>((_, reject) => {
        const gone = incoming.gone?.();
        gone?.addEventListener('abort', () => reject(gone.reason as Error));
      });
    };
    const { port, send, close } = await listen({ pipeline: { run }, cors: {}, logger: silentLogger });
    expect((await send('GET', '/v1/quick')).status).toBe(204);
    const hasty = httpRequest({ host: '127.0.0.1', port, path: '/v1/slow' }).end();
    hasty.on('error', () => undefined);
    await arrived;
    const gone = requests[1]?.gone?.();
    expect([gone?.aborted, requests[1]?.gone?.()]).toEqual([false, gone]);
    const told = new Promise((resolve) => gone?.addEventListener('abort', resolve));
    hasty.destroy();
    await told;
    expect(gone?.reason).toMatchObject({ code: 'CLIENT_GONE', message: 'context canceled' });
    expect(requests[0]?.gone?.().aborted).toBe(true);
    await close();
  });
});
