import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** One keep-alive HTTP/1.1 connection that does as little as possible, so that the server is what is measured. */
export class RawClient {
  private pending: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  private buffered: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.pending?.reject(error));
    socket.on('close', () => this.pending?.reject(new Error('the server closed the connection')));
  }

  static connect(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      socket.once('connect', () => resolve(new RawClient(socket))).once('error', reject);
    });
  }

  /** @returns the status of the answer, when all of it has arrived. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.pending = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    const head = this.buffered.indexOf(HEAD_END);
    if (head < 0) return;
    const text = this.buffered.toString('latin1', 0, head);
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (this.buffered.length < head + 4 + length) return;
    const { pending } = this;
    this.pending = undefined;
    this.buffered = Buffer.alloc(0);
    pending?.resolve(Number(text.slice(9, 12)));
  }
}

/** A whole request as bytes. */
export function requestBytes(method: string, path: string, token: string, body?: string): Buffer {
  const content =
    body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(
    `${method} /v1/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Vault-Token: ${token}\r\n${content}\r\n${body ?? ''}`,
  );
}
