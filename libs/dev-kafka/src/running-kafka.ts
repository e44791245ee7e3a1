import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { authorityPath } from './broker-security';
import { type NodeOrder, spawnNode, untilAnswering } from './kafka-node';
import { Reaper } from './reaper';
import type { LocalKafka } from './local-kafka';

const STOP_MS = 15_000;

/** A broker that this process owns. It ends with it. */
export class RunningKafka {
  private child: ChildProcess | undefined;
  private readonly cleanUp = (): void => rmSync(this.dir, { recursive: true, force: true });

  private constructor(
    private readonly kafka: LocalKafka,
    private readonly order: NodeOrder,
    /** The folder is this broker's alone and goes with it. */
    private readonly temporary: boolean,
  ) {}

  static async start(kafka: LocalKafka, order: NodeOrder, temporary: boolean): Promise<RunningKafka> {
    const running = new RunningKafka(kafka, order, temporary);
    if (temporary) process.once('exit', running.cleanUp);
    await running.launch();
    return running;
  }

  /** `host:port`, for clients. */
  get brokers(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return this.order.port;
  }

  get dir(): string {
    return this.order.dir;
  }

  /** Of a secured broker: the PEM file with the authority of its certificate. */
  get caFile(): string {
    return authorityPath(this.dir);
  }

  /** 0 while it is down. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Ends the broker in good order, and its folder when that was made for it. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (!this.temporary) return;
    process.removeListener('exit', this.cleanUp);
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Ends the broker without warning, as a power cut would; its files stay. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Starts it again on the same files and port; one that still runs is stopped first. */
  async restart(): Promise<void> {
    await this.end('SIGTERM');
    await this.launch();
  }

  /** Freezes the broker: connections stay open and nothing is answered. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  private async launch(): Promise<void> {
    const child = await spawnNode(this.kafka, this.order);
    const reaper = new Reaper(child.pid as number, this.temporary ? this.dir : undefined);
    child.once('exit', () => {
      reaper.dismiss();
      if (this.child === child) this.child = undefined;
    });
    this.child = child;
    await untilAnswering(child, this.order);
    // A broker alone does not keep a program running.
    child.unref();
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(tooLong);
  }
}
