import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts } from '@tidelock/dev-kafka';

const PROGRAM = resolve(__dirname, '../../bin/tidelock');

/** What one server process is started with. */
export interface ServerOrder {
  /** HCL; the listener's and the cluster's addresses are added. */
  readonly config: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Command that the server is run under; it must become the server (exec). */
  readonly wrapper?: readonly string[];
  /** What Node runs in place of the built program. */
  readonly program?: readonly string[];
}

/** A built `tidelock server` as its own process, on its own ports and files. It can be killed and started again. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly clusterPort: number,
    private readonly order: ServerOrder,
  ) {}

  static async start(
    order: ServerOrder,
    folder = mkdtempSync(join(tmpdir(), 'tidelock-test-')),
  ): Promise<ServerProcess> {
    const server = new ServerProcess(folder, await freePort(), await freePort(), order);
    await server.start();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Everything that the process has printed so far, over all its starts. */
  get log(): string {
    return this.output;
  }

  async start(): Promise<void> {
    const file = join(this.folder, 'tidelock.hcl');
    writeFileSync(file, this.configuration());
    const args = ['server', `-config=${file}`, ...(this.order.args ?? [])];
    const { wrapper = [], program = [PROGRAM] } = this.order;
    const [command, ...rest] = [...wrapper, process.execPath, ...program, ...args] as [string, ...string[]];
    const child = spawn(command, rest, {
      cwd: this.folder,
      env: { ...process.env, ...this.order.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString('utf8'));
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    await this.untilListening(child);
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Ends the process without warning, as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private configuration(): string {
    return `
      ${this.order.config}
      listener "tcp" {
        address         = "127.0.0.1:${this.port}"
        cluster_address = "127.0.0.1:${this.clusterPort}"
        tls_disable     = true
      }
      api_addr     = "${this.address}"
      cluster_addr = "https://127.0.0.1:${this.clusterPort}"
    `;
  }

  private async untilListening(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.output}`);
      const answers = await fetch(`${this.address}/v1/sys/seal-status`).then(
        (response) => response.ok,
        () => false,
      );
      if (answers) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`the server does not listen:\n${this.output}`);
  }
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0] as number;
}
