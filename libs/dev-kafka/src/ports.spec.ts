import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, isFree } from './ports';

const ROOT = join(__dirname, '..', '..', '..');

/** What another process is given while this one runs. */
async function portsOfAnotherProcess(count: number): Promise<number[]> {
  const script = `void require('./libs/dev-kafka/src/ports.ts').freePorts(${count}).then((ports) => console.log(JSON.stringify(ports)))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-r', './tools/register-swc.js', '-e', script], {
    cwd: ROOT,
  });
  return JSON.parse(stdout);
}

describe('ports', () => {
  it('gives no port twice, though nobody listens on it yet', async () => {
    const ports = (await Promise.all(Array.from({ length: 10 }, () => freePorts(20)))).flat();
    expect(new Set(ports).size).toBe(200);
  });

  it('gives none that another process was given, though nobody listens on it yet', async () => {
    const ours = await freePorts(300);
    const theirs = await portsOfAnotherProcess(1000);
    expect(new Set([...ours, ...theirs]).size).toBe(1300);
  });

  it('gives none that the system gives to others by itself', async () => {
    const others = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        await once(server.close(), 'close');
        return port;
      }),
    );
    expect(Math.max(...(await freePorts(200)))).toBeLessThan(Math.min(...others));
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
