import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A network link between two parts of a system: connections to `port` end up at the target, as long as the link lets them. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  /** Connections that it has taken since it began. */
  taken = 0;
  private refusing = false;
  private latencyMs = 0;
  /** Pending while the link is paused. */
  private open: Promise<void> = Promise.resolve();
  private reopen: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
    private readonly wait: (milliseconds: number) => Promise<unknown>,
  ) {
    server.on('connection', (socket) => void this.accept(socket));
  }

  /**
   * @param targetPort on 127.0.0.1; nobody need listen there yet.
   * @param wait how time passes.
   */
  static async start(targetPort: number, wait: (milliseconds: number) => Promise<unknown> = sleep): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, targetPort, wait);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Whether anybody is connected just now. */
  get inUse(): boolean {
    return this.sockets.size > 0;
  }

  /** Nothing gets through and nothing is closed: packets that are lost. */
  pause(): void {
    this.reopen();
    this.open = new Promise((resume) => (this.reopen = resume));
  }

  /** Ends every connection at once; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Ends every connection and takes no new one. */
  refuse(): void {
    this.refusing = true;
    this.cut();
  }

  /** Every piece of data takes so much longer, ms each way. */
  delay(latencyMs: number): void {
    this.latencyMs = latencyMs;
  }

  /** The link is as good as new. */
  heal(): void {
    this.refusing = false;
    this.latencyMs = 0;
    this.reopen();
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.refuse();
    this.reopen();
    await closed;
  }

  private async accept(near: Socket): Promise<void> {
    near.on('error', () => near.destroy());
    if (this.refusing) return void near.destroy();
    this.taken += 1;
    this.keep(near);
    await this.open;
    if (near.destroyed) return;
    const far = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    far.on('error', () => far.destroy());
    this.keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    void this.forward(near, far);
    void this.forward(far, near);
  }

  private keep(socket: Socket): void {
    socket.setNoDelay();
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private async forward(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const data of from as AsyncIterable<Buffer>) {
        if (this.latencyMs > 0) await this.wait(this.latencyMs);
        await this.open;
        if (!to.write(data)) await once(to, 'drain');
      }
      await this.open;
      to.end();
    } catch {
      to.destroy();
    }
  }
}
