export interface NodeSettings {
  readonly port: number;
  readonly controllerPort: number;
  readonly dataDir: string;
  /** Added to the rest, or in the place of one of them. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** `server.properties` of one KRaft node that is broker and controller, listens on 127.0.0.1 only and is quick to join groups. */
export function serverProperties({ port, controllerPort, dataDir, properties = {} }: NodeSettings): string {
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
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
    ...properties,
  };
  return Object.entries(settings).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`).join('');
}
