import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const PROGRAM = resolve(__dirname, '../environment/postgres-process.js');

/** A PostgreSQL of one test alone, which the test may stop: on its own port, in a temporary folder. */
export class OwnPostgres {
  private constructor(
    private readonly child: ChildProcess,
    /** The same after each start. */
    readonly url: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const child = fork(PROGRAM, { execArgv: [] });
    const [url] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => ['PostgreSQL did not start']),
    ])) as [string];
    if (!url.startsWith('postgres:')) throw new Error(url);
    return new OwnPostgres(child, url);
  }

  /** Stops it as an operator would; what it holds stays. */
  halt(): Promise<void> {
    return this.tell('halt');
  }

  /** Starts it again, at the same address. */
  resume(): Promise<void> {
    return this.tell('resume');
  }

  /** Stops it, and deletes what it holds. */
  async stop(): Promise<void> {
    await this.tell('stop');
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private async tell(order: string): Promise<void> {
    const answered = once(this.child, 'message') as Promise<[string]>;
    this.child.send(order);
    const [answer] = await answered;
    if (answer !== 'done') throw new Error(answer);
  }
}
