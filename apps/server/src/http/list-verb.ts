import type { IncomingMessage, Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

/** A verb that Node's parser knows and no client of ours sends: stands for `LIST` behind the parser. */
export const LIST_STAND_IN = 'SEARCH';

const LIST = Buffer.from('LIST ');
const STAND_IN = Buffer.from(`${LIST_STAND_IN} `);

interface Tap {
  /** The next bytes begin a request. */
  atBoundary: boolean;
  /** The request under way: when it is complete, what comes next begins another one. */
  request: IncomingMessage | undefined;
  /** The verb's beginning, where a packet ended within it. */
  held: Buffer | undefined;
}

const taps = new WeakMap<object, Tap>();

/**
 * Lets a Node HTTP server take Vault's verb `LIST`, which its parser refuses with 400 before any handler runs. Where a
 * connection stands between two requests, a leading `LIST ` is rewritten to the stand-in; bodies are never touched.
 * A LIST that comes in one packet with the end of the request before it is still refused.
 */
export function acceptListVerb(server: Server | TlsServer): void {
  server.prependListener(server instanceof TlsServer ? 'secureConnection' : 'connection', tapSocket);
  server.prependListener('request', noteRequest);
}

function tapSocket(socket: Socket): void {
  const tap: Tap = { atBoundary: true, request: undefined, held: undefined };
  taps.set(socket, tap);
  // The parser would otherwise take the bytes straight from the handle, past `push`.
  const { _handle: handle } = socket as unknown as { _handle: { _consumed?: boolean } | null };
  if (handle) handle._consumed = true;
  const push = socket.push.bind(socket);
  socket.push = (chunk: Buffer | null, encoding?: BufferEncoding): boolean => {
    const bytes = chunk === null ? finish(tap) : atStart(tap, chunk);
    const more = bytes === undefined || push(bytes, encoding);
    return chunk === null ? push(null) : more;
  };
}

function finish(tap: Tap): Buffer | undefined {
  const rest = tap.held;
  tap.held = undefined;
  return rest;
}

/** @returns the bytes to parse, or `undefined` while it is open whether they begin with `LIST `. */
function atStart(tap: Tap, chunk: Buffer): Buffer | undefined {
  if (!tap.atBoundary && !tap.request?.complete) return chunk;
  const bytes = tap.held ? Buffer.concat([tap.held, chunk]) : chunk;
  tap.held = undefined;
  const known = Math.min(bytes.length, LIST.length);
  const isList = bytes.compare(LIST, 0, known, 0, known) === 0;
  if (isList && bytes.length < LIST.length) {
    tap.atBoundary = true;
    tap.held = bytes;
    return undefined;
  }
  tap.atBoundary = false;
  tap.request = undefined;
  return isList ? Buffer.concat([STAND_IN, bytes.subarray(LIST.length)]) : bytes;
}

/** Known as soon as its head is read. Its answer is not waited for: one without a body is sent before Node tells that it was. */
function noteRequest(request: IncomingMessage): void {
  const tap = taps.get(request.socket);
  if (tap) tap.request = request;
}
