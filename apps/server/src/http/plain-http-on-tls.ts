import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

const TEXT = 'Client sent an HTTP request to an HTTPS server.\n';
const ANSWER = `HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${TEXT.length}\r\nConnection: close\r\n\r\n${TEXT}`;
/** Who has connected and says nothing is let go. */
const FIRST_BYTE_MS = 30_000;
/** Who has the answer and keeps its side open is let go. */
const AFTER_ANSWER_MS = 5000;

type Listener = (socket: Socket) => void;

/**
 * Tells a client that speaks plain HTTP to a TLS port so, in Vault's words: a connection that is merely cut says nothing. The first bytes of
 * each connection are looked at before TLS has them.
 */
export function answerPlainHttp(server: TlsServer): void {
  const startTls = server.listeners('connection') as Listener[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const drop = (): void => void socket.destroy();
    socket.on('error', drop).setTimeout(FIRST_BYTE_MS, drop);
    socket.once('data', (first: Buffer) => {
      socket.removeListener('error', drop).removeListener('timeout', drop).setTimeout(0);
      socket.pause();
      if (isHttp(first)) return refuse(socket);
      socket.unshift(first);
      for (const listener of startTls) listener.call(server, socket);
    });
  });
}

/** A verb: a TLS record begins with another byte. */
const isHttp = ([first = 0]: Buffer): boolean => first >= 0x41 && first <= 0x5a;

function refuse(socket: Socket): void {
  socket.on('error', () => undefined);
  // What else it sends is read to its end: closing over unread bytes would take the answer away from it.
  socket.resume();
  socket.end(ANSWER);
  // Counted from the answer, whatever else it sends.
  const cut = setTimeout(() => socket.destroy(), AFTER_ANSWER_MS).unref();
  socket.once('close', () => clearTimeout(cut));
}
