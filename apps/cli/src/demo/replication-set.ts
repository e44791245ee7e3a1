import { randomBytes } from 'node:crypto';
import { ApiClient } from '@tidelock/client';
import { freePorts, isFree, obtainKafka } from '@tidelock/dev-kafka';
import { silentLogger } from '@tidelock/kernel';
import { DevServer } from './dev-server';
import type { DemoOptions } from './options';
import { activatePrimary, activateSecondary, logIn, measureDelay, prepareUsers } from './tutorial';
import { until } from './until';

type Say = (line: string) => void;

/** Kafka, a primary and a secondary in development mode, and what the tutorial does with them. */
export class ReplicationSet {
  /** To be stopped in the reverse order. */
  private readonly started: Array<{ stop(): Promise<void> }> = [];
  private readonly servers: DevServer[] = [];
  private stopping = false;

  constructor(private readonly say: Say) {}

  /** @throws {Error} that says which step failed and why. */
  async start({ ports }: DemoOptions): Promise<void> {
    const brokers = await this.startKafka(ports['kafka-port']);
    const free = await freePorts(4);
    const token = `dev-${randomBytes(12).toString('base64url')}`;
    const [primary, secondary] = await Promise.all([
      this.startServer(
        'primary',
        [ports['primary-port'] ?? free[0], ports['primary-cluster-port'] ?? free[1]],
        token,
        brokers,
      ),
      this.startServer(
        'secondary',
        [ports['secondary-port'] ?? free[2], ports['secondary-cluster-port'] ?? free[3]],
        `${token}-secondary`,
        brokers,
      ),
    ]);
    const tester = await this.runTutorial(primary, secondary);
    this.say('');
    this.say(`Primary    ${primary.address}   token ${token}`);
    this.say(`Secondary  ${secondary.address}   token ${tester} (tester), or the primary's`);
    this.say('');
    this.say(`Web UI     ${primary.address}/ui/ and ${secondary.address}/ui/   user tester, password changeme`);
    this.say('');
    this.say(`  export VAULT_ADDR=${secondary.address} VAULT_TOKEN=${tester}`);
    this.say('  bin/tidelock replication status');
  }

  /** Resolves with a sentence when a server ends that nobody stopped. */
  async failure(): Promise<string> {
    const name = await Promise.race(this.servers.map((server) => server.ended().then(() => server.name)));
    return this.stopping ? new Promise<string>(() => {}) : `the ${name} has ended`;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const one of this.started.splice(0).reverse()) await one.stop();
  }

  private async startKafka(port: number | undefined): Promise<string> {
    this.say('Starting Apache Kafka');
    const kafka = await obtainKafka({
      logger: { ...silentLogger, info: this.say },
      ...(port !== undefined && { port }),
    });
    this.started.push(kafka);
    this.checkStopping();
    return kafka.brokers;
  }

  private async startServer(
    name: string,
    ports: ReadonlyArray<number | undefined>,
    rootToken: string,
    brokers: string,
  ): Promise<DevServer> {
    const [port, clusterPort] = ports as [number, number];
    for (const one of [port, clusterPort])
      if (!(await isFree(one))) throw new Error(`the ${name} cannot listen on 127.0.0.1:${one}: the port is in use`);
    this.checkStopping();
    const server = new DevServer({ name, port, clusterPort, rootToken, brokers });
    this.started.push(server);
    this.servers.push(server);
    const client = new ApiClient({ address: server.address, maxRetries: 0 });
    await this.whileRunning(
      server,
      until(`the ${name} to be ready`, async () => (await client.send('GET', 'sys/health')).status === 200),
    );
    this.say(`The ${name} listens on ${server.address}`);
    return server;
  }

  private async runTutorial(primary: DevServer, secondary: DevServer): Promise<string> {
    const [onPrimary, onSecondary] = [primary, secondary].map(
      ({ address, rootToken }) => new ApiClient({ address, token: rootToken }),
    ) as [ApiClient, ApiClient];
    await prepareUsers(onPrimary);
    this.say('Primary: policy superuser, auth method userpass and user tester (password changeme) made');
    const activation = await activatePrimary(onPrimary);
    await this.whileRunning(secondary, activateSecondary(onSecondary, activation));
    this.say("Performance replication is active: the secondary follows the primary's stream");
    const tester = await logIn(new ApiClient({ address: secondary.address }));
    this.say('Secondary: tester logged in');
    const delay = await measureDelay(onPrimary, new ApiClient({ address: secondary.address, token: tester }));
    this.say(`A write on the primary appeared on the secondary ${delay.toFixed(1)} ms after its answer`);
    return tester;
  }

  /** There is no use in waiting for a server that has ended. */
  private async whileRunning<T>(server: DevServer, work: Promise<T>): Promise<T> {
    const over = server.ended().then(() => server.checkRunning());
    return (await Promise.race([work, over])) as T;
  }

  /** A Ctrl-C may come between two steps: nothing is started after it. */
  private checkStopping(): void {
    if (this.stopping) throw new Error('interrupted');
  }
}
