import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A directory outside any server, as its own process. */
export class Directory {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async start(): Promise<Directory> {
    const child = spawn(process.execPath, [join(__dirname, 'directory-process.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = await once(child.stdout, 'data');
    return new Directory(child, `http://127.0.0.1:${String(port).trim()}`);
  }

  async users(): Promise<string[]> {
    return (await (await fetch(`${this.address}/users`)).json()) as string[];
  }

  /** Answers nobody who makes a user: behind that is done, or before. `''`: answers again. */
  async hold(when: 'behind' | 'before' | ''): Promise<void> {
    await fetch(`${this.address}/hold/${when}`, { method: 'POST' });
  }

  /** Users that are held before they are made. */
  async held(): Promise<string[]> {
    return (await (await fetch(`${this.address}/held`)).json()) as string[];
  }

  /** Makes the users that were held before. */
  async release(): Promise<void> {
    await fetch(`${this.address}/release`, { method: 'POST' });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}
