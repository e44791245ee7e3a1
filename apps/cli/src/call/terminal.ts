import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { LocalError } from './local-error';

/** Input and output of a call. */
export interface Terminal {
  /** A person sits in front of the output: values end with a line break there. */
  readonly outputIsTerminal: boolean;
  /** A person can be asked. */
  readonly canAsk: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Everything on the standard input. */
  readAll(): Promise<string>;
  /** A line that is not shown while it is typed. */
  askHidden(question: string): Promise<string>;
}

/** The process's own standard streams. */
export class ProcessTerminal implements Terminal {
  get outputIsTerminal(): boolean {
    return process.stdout.isTTY === true;
  }

  get canAsk(): boolean {
    return process.stdin.isTTY === true;
  }

  out(text: string): void {
    process.stdout.write(text);
  }

  err(text: string): void {
    process.stderr.write(text);
  }

  async readAll(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** @throws {LocalError} when the person gives up (Ctrl-C, Ctrl-D). */
  async askHidden(question: string): Promise<string> {
    process.stderr.write(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    try {
      return await new Promise<string>((resolve, reject) => {
        reader.once('line', resolve);
        reader.once('SIGINT', () => reader.close());
        reader.once('close', () => reject(new LocalError('interrupted')));
      });
    } finally {
      reader.close();
      process.stderr.write('\n');
    }
  }
}
