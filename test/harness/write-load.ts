import type { Api } from './api';

/** Several clients that write one after another value below a mount until they are told to stop. */
export class WriteLoad {
  /** Path below the mount to the value that was acknowledged last. */
  readonly acknowledged = new Map<string, string>();
  private stopping = false;
  private readonly writers: Promise<void>[];

  /** @param mount a kv (version 1) mount. */
  constructor(
    private readonly api: Api,
    private readonly mount: string,
    writers = 4,
  ) {
    this.writers = Array.from({ length: writers }, (_, writer) => this.write(writer));
  }

  /** Resolves when so many further writes are acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.acknowledged.size + count;
    while (this.acknowledged.size < wanted)
      await Promise.race([new Promise((wake) => setTimeout(wake, 10)), ...this.writers]);
  }

  /** @throws what a writer was refused with. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.writers);
  }

  private async write(writer: number): Promise<void> {
    for (let at = 0; !this.stopping; at += 1) {
      const [path, value] = [`load/${writer}-${at}`, `value ${writer} ${at}`];
      await this.api.must('POST', `${this.mount}/${path}`, { value });
      this.acknowledged.set(path, value);
    }
  }
}
