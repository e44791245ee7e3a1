import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '../../../../../../../bin/tidelock');

/** A development server as its own process. */
export class DevServer {
  private readonly child: ChildProcess;
  private output = '';

  constructor(
    readonly name: string,
    readonly address: string,
    clusterAddress: string,
    readonly rootToken: string,
    brokers: string,
  ) {
    const listen = address.replace(/^http:\/\//, '');
    const args = [PROGRAM, 'server', '-dev', `-dev-listen-address=${listen}`, `-dev-root-token-id=${rootToken}`];
    const env = { ...process.env, TIDELOCK_KAFKA_BROKERS: brokers, TIDELOCK_CLUSTER_ADDRESS: clusterAddress };
    this.child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString('utf8')));
  }

  /** @throws {Error} with the end of the server's output when it has ended. */
  checkRunning(): void {
    if (this.child.exitCode !== null) throw new Error(`the ${this.name} ended with exit code ${this.child.exitCode}:\n${this.output.slice(-1000)}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Ports that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const probe of probes) {
    probe.listen(0, '127.0.0.1');
    await once(probe, 'listening');
    ports.push((probe.address() as { port: number }).port);
  }
  for (const probe of probes) probe.close();
  return ports;
}
