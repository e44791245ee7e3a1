import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { resolveKafka, type ResolveOptions } from './resolve-kafka';
import { serverProperties } from './server-properties';

const run = promisify(execFile);
const PATIENCE_MS = 60_000;

export interface StartOptions extends ResolveOptions {
  /** Where the broker keeps its data; default a temporary folder, removed at the stop. */
  readonly dir?: string;
  /** Default a free one. */
  readonly port?: number;
  /** Leaves the broker running when this process ends. */
  readonly detached?: boolean;
}

/** A broker of one's own. */
export interface RunningKafka {
  /** `host:port`. */
  readonly brokers: string;
  readonly dir: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** After `kill`: again on the same data and port. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT: the broker is there and does not answer. */
  pause(): void;
  resume(): void;
}

/** Starts a real Apache Kafka (KRaft, one process) on 127.0.0.1. @throws {Error} when it cannot be had or does not answer. */
export async function startKafka(options: StartOptions = {}): Promise<RunningKafka> {
  const source = await resolveKafka({ ...options, env: { ...(options.env ?? process.env), TIDELOCK_KAFKA_BROKERS: undefined } });
  if (source.kind !== 'jars') throw new Error('no class path for a broker');
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'tidelock-kafka-'));
  const broker = new KafkaProcess(source.classPath, dir, options.port ?? (await freePort()), await freePort(), options);
  await broker.format();
  await broker.restart();
  return broker;
}

class KafkaProcess implements RunningKafka {
  private child: ChildProcess | undefined;
  private readonly onExit = (): void => void this.child?.kill('SIGKILL');

  constructor(
    private readonly classPath: string,
    readonly dir: string,
    private readonly port: number,
    controllerPort: number,
    private readonly options: StartOptions,
  ) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(this.properties, serverProperties(dir, port, controllerPort));
  }

  get brokers(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async format(): Promise<void> {
    if (existsSync(join(this.dir, 'data', 'meta.properties'))) return;
    const id = randomBytes(16).toString('base64url').replace(/^-/, 'a');
    await run('java', ['-cp', this.classPath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', this.properties]);
  }

  async restart(): Promise<void> {
    const log = openSync(this.log, 'a');
    const { detached = false } = this.options;
    const child = spawn('java', ['-Xmx384m', '-cp', this.classPath, 'kafka.Kafka', this.properties], { stdio: ['ignore', log, log], detached });
    this.child = child;
    if (detached) child.unref();
    else process.once('exit', this.onExit);
    await this.untilReady(child);
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.options.dir === undefined) rmSync(this.dir, { recursive: true, force: true });
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  private get properties(): string {
    return join(this.dir, 'server.properties');
  }

  private get log(): string {
    return join(this.dir, 'kafka.log');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    process.removeListener('exit', this.onExit);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    const begun = readFileSync(this.log, 'utf8').length;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break;
      if (readFileSync(this.log, 'utf8').slice(begun).includes('Kafka Server started') && (await answers(this.port))) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    child.kill('SIGKILL');
    throw new Error(`Kafka did not start; the end of its log:\n${readFileSync(this.log, 'utf8').slice(-2000)}`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
