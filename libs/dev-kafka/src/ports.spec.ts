import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts, isFree } from './ports';

describe('ports', () => {
  it('gives no port twice, though nobody listens on it yet', async () => {
    const ports = (await Promise.all(Array.from({ length: 20 }, () => freePorts(50)))).flat();
    expect(new Set(ports).size).toBe(1000);
  });

  it('gives none that the system gives to others by itself', async () => {
    const others = await Promise.all(Array.from({ length: 20 }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      await once(server.close(), 'close');
      return port;
    }));
    expect(Math.max(...(await freePorts(1000)))).toBeLessThan(Math.min(...others));
  });

  it('tells a port that is listened on', async () => {
    const [port] = (await freePorts(1)) as [number];
    expect(await isFree(port)).toBe(true);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isFree(port)).toBe(false);
    await once(server.close(), 'close');
  });
});
