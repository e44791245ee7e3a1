import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy } from './tcp-proxy';

describe('TcpProxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  const clients: Socket[] = [];
  /** What the proxy waits for: as long as the test lets it. */
  const waits: { milliseconds: number; pass: () => void }[] = [];

  beforeEach(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.start(
      (echo.address() as AddressInfo).port,
      (milliseconds) => new Promise<void>((pass) => waits.push({ milliseconds, pass })),
    );
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    echo.close();
  });

  async function client(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    clients.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  const answer = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

  it('hands on what comes, both ways', async () => {
    const socket = await client();
    socket.write('ping');
    expect(await answer(socket)).toBe('ping');
  });

  it('holds everything back while paused, also for connections made meanwhile, and loses nothing', async () => {
    const before = await client();
    before.write('a');
    await answer(before);
    proxy.pause();
    const during = await client();
    let heard = '';
    for (const socket of [before, during]) {
      socket.on('data', (data: Buffer) => (heard += data.toString()));
      socket.write('x');
    }
    await sleep(100);
    expect(heard).toBe('');
    proxy.heal();
    while (heard !== 'xx') await sleep(5);
  });

  it('cuts what is connected and takes new connections', async () => {
    const socket = await client();
    const closed = once(socket, 'close');
    proxy.cut();
    await closed;
    const next = await client();
    next.write('again');
    expect(await answer(next)).toBe('again');
  });

  it('refuses until it is healed', async () => {
    proxy.refuse();
    const refused = await client();
    await once(refused, 'close');
    proxy.heal();
    const taken = await client();
    taken.write('now');
    expect(await answer(taken)).toBe('now');
  });

  it('delays each way', async () => {
    const socket = await client();
    proxy.delay(60);
    let heard = '';
    socket.on('data', (data: Buffer) => (heard += data.toString()));
    socket.write('slow');
    for (const way of ['there', 'back']) {
      while (waits.length === 0) await sleep(5);
      expect([way, heard, waits.map(({ milliseconds }) => milliseconds)]).toEqual([way, '', [60]]);
      waits.pop()?.pass();
    }
    while (heard !== 'slow') await sleep(5);
    expect(waits).toEqual([]);
  });
});
