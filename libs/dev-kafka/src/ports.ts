import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves (Linux: from 32768 on), so that a port that is free stays so until its user listens. */
const FIRST = 15_000;
const BLOCK = 10;
const BLOCKS = 1700;
/** Of the blocks that this process has claimed; not yet given. */
const unused: number[] = [];

/** `count` different ports of 127.0.0.1 that nobody listens on at the moment. None is given twice, to this process or to another that runs meanwhile. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = unused.pop();
    if (port === undefined) unused.push(...(await claimBlock()));
    else if (await isFree(port)) ports.push(port);
  }
  return ports;
}

/** Ports that no other process is given while this one runs. */
async function claimBlock(): Promise<number[]> {
  const start = randomInt(BLOCKS);
  for (let at = 0; at < BLOCKS; at += 1) {
    const first = FIRST + ((start + at) % BLOCKS) * BLOCK;
    if (await claim(first)) return Array.from({ length: BLOCK }, (_, index) => first + index);
  }
  throw new Error(
    `no ports are left for servers of development and tests: other processes have all from ${FIRST} to ${FIRST + BLOCKS * BLOCK - 1}`,
  );
}

/** The system lets one process have the UDP port, until that ends, however it does; the TCP port of the same number stays free. */
async function claim(block: number): Promise<boolean> {
  const socket = createSocket('udp4').bind({ address: '127.0.0.1', port: block, exclusive: true }).unref();
  try {
    await once(socket, 'listening');
    return true;
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Whether `port` of 127.0.0.1 can be listened on. */
export async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  await once(probe.close(), 'close');
  return true;
}
