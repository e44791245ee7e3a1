import { connect } from 'node:net';

const METADATA = 3;
const VERSION = 1;
const ANSWER_MS = 2_000;

/**
 * Whether the broker at `host`:`port` serves clients: it answers a Metadata request (version 1, no topics) and names
 * a controller. A port that is merely open does not count.
 */
export function brokerAnswers(port: number, timeoutMs = ANSWER_MS, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let received = Buffer.alloc(0);
    const finish = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => resolve(false));
    socket.on('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        finish(hasController(received.subarray(8)));
    });
  });
}

/** Whether one of `host:port,host:port` serves clients. */
export async function anyAnswers(brokers: string): Promise<boolean> {
  const answers = brokers.split(',').map((broker) => {
    const [, host, port] = /^\s*\[?(.+?)\]?:(\d{1,5})\s*$/.exec(broker) ?? [];
    return host === undefined ? false : brokerAnswers(Number(port), ANSWER_MS, host);
  });
  return (await Promise.all(answers)).includes(true);
}

/** size, api key, version, correlation id, client id (null), topics (an empty array: none). */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(4 + 14);
  request.writeInt32BE(14, 0);
  request.writeInt16BE(METADATA, 4);
  request.writeInt16BE(VERSION, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  return request;
}

/** brokers [node id, host, port, rack], controller id, topics. */
export function hasController(body: Buffer): boolean {
  try {
    const brokers = body.readInt32BE(0);
    let at = 4;
    for (let i = 0; i < brokers; i += 1) {
      at += 4;
      at += 2 + body.readInt16BE(at);
      at += 4;
      at += 2 + Math.max(0, body.readInt16BE(at));
    }
    return brokers > 0 && body.readInt32BE(at) >= 0;
  } catch {
    return false;
  }
}
