import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { badRequest, reasonOf } from '@tidelock/kernel';

export interface ListenerAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws {TidelockError} INVALID_REQUEST where the address cannot be had: another process has it, or it is none of this machine. */
export async function listen(server: Server, { host, port }: ListenerAddress): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw badRequest(`"cluster_address" of listener "tcp": ${reasonOf(error)}`);
  });
}

/** Listens at the address for a moment. To be called before a change that would leave a primary without its cluster port. @throws as `listen` does. */
export async function requireFree(address: ListenerAddress): Promise<void> {
  const server = createServer();
  await listen(server, address);
  server.close();
  await once(server, 'close');
}
