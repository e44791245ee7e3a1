import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A cluster listens on its port only while it is the primary: until then it looks free. */
const given = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on at the moment, and that nobody else here was given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
