import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import { freePort } from './server-process';
import { TcpProxy } from './tcp-proxy';

/** A broker with a link of its own for each cluster. */
export interface LinkedKafka {
  readonly kafka: RunningKafka;
  readonly links: readonly TcpProxy[];
}

/**
 * A client goes where the broker says that it is, so a proxy before it is only met once: each link is a listener of the
 * broker, which advertises the proxy's address instead of its own.
 */
export async function startLinkedKafka(count: number): Promise<LinkedKafka> {
  const port = await freePort();
  const controllerPort = await freePort();
  const behind = await Promise.all(Array.from({ length: count }, freePort));
  const links = await Promise.all(behind.map((target) => TcpProxy.start(target)));
  const names = links.map((_, at) => `LINK${at}`);
  const own = `PLAINTEXT://127.0.0.1:${port}`;
  const kafka = await startKafka({
    port,
    properties: {
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: [
        own,
        `CONTROLLER://127.0.0.1:${controllerPort}`,
        ...names.map((name, at) => `${name}://127.0.0.1:${behind[at]}`),
      ].join(),
      'advertised.listeners': [own, ...names.map((name, at) => `${name}://127.0.0.1:${links[at]?.port}`)].join(),
      'listener.security.protocol.map': ['PLAINTEXT', 'CONTROLLER', ...names].map((name) => `${name}:PLAINTEXT`).join(),
    },
  });
  return { kafka, links };
}
