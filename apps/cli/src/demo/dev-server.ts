import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Reaper } from '@tidelock/dev-kafka';
import { packageRoot } from '../config/package-root';

const STOP_MS = 15_000;
const KEPT_CHARACTERS = 4_000;

export interface DevServerOrder {
  readonly name: string;
  readonly port: number;
  readonly clusterPort: number;
  readonly rootToken: string;
  readonly brokers: string;
}

/** A server in development mode as its own process. It does not outlive this one. */
export class DevServer {
  readonly name: string;
  readonly address: string;
  readonly rootToken: string;
  private readonly child: ChildProcess;
  private output = '';

  constructor({ name, port, clusterPort, rootToken, brokers }: DevServerOrder) {
    this.name = name;
    this.address = `http://127.0.0.1:${port}`;
    this.rootToken = rootToken;
    const args = ['server', '-dev', `-dev-listen-address=127.0.0.1:${port}`, `-dev-root-token-id=${rootToken}`];
    const own = { TIDELOCK_KAFKA_BROKERS: brokers, TIDELOCK_CLUSTER_ADDRESS: `127.0.0.1:${clusterPort}` };
    this.child = spawn(process.execPath, [join(packageRoot(), 'bin', 'tidelock'), ...args], {
      env: { ...neutral(process.env), ...own },
      // Its own group: a Ctrl-C reaches us alone, and we stop it in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.watch();
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @throws {Error} with the end of the server's output when it has ended. */
  checkRunning(): void {
    if (!this.running)
      throw new Error(
        `the ${this.name} ended with ${this.child.exitCode ?? this.child.signalCode}:\n${this.output.trim()}`,
      );
  }

  /** Resolves when the server has ended. */
  async ended(): Promise<void> {
    if (this.running) await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.child.kill('SIGTERM');
    const tooLong = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await this.ended();
    clearTimeout(tooLong);
  }

  private watch(): void {
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on(
        'data',
        (chunk: Buffer) => void (this.output = (this.output + chunk.toString('utf8')).slice(-KEPT_CHARACTERS)),
      );
    }
    if (this.child.pid === undefined) return;
    const reaper = new Reaper(this.child.pid);
    this.child.once('exit', () => reaper.dismiss());
  }
}

/** The environment without settings that are meant for another server. */
function neutral(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(?:TIDELOCK|VAULT)_/.test(name)));
}
