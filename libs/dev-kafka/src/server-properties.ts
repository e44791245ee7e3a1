import { type KafkaSecurity, securedProperties } from './broker-security';

export interface NodeSettings {
  readonly port: number;
  readonly controllerPort: number;
  readonly dataDir: string;
  /** Present: clients come by TLS and SCRAM only. The node's own listener is at `internalPort`, its key store in `dir`. */
  readonly secured?: KafkaSecurity & { readonly internalPort: number; readonly dir: string };
  /** Added to the rest, or in the place of one of them. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** `server.properties` of one KRaft node that is broker and controller, listens on 127.0.0.1 only and is quick to join groups. */
export function serverProperties({ port, controllerPort, dataDir, secured, properties = {} }: NodeSettings): string {
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // After a kill the node waits for its former self's session to end: 9 s by default.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    // The cleaner's default buffer is a third of the heap that this node gets.
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...(secured && securedProperties({ ...secured, port, controllerPort }, secured)),
    ...properties,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
