import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment } from '../config/environment';
import { run } from '../run';
import { TokenFile } from '../call/token-file';

export interface Seen {
  /** `PUT secret/a`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Around {
  readonly env?: Record<string, string>;
  /** The standard input. */
  readonly input?: string;
  /** What a person types; absent: nobody is there. */
  readonly typed?: string;
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line against a pretended server, with streams, environment and home of its own. */
export class CliFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'cli-'));
  readonly seen: Seen[] = [];
  /** By `Seen.line`; without one the answer is 404. */
  readonly answers: Record<string, { status?: number; body?: string }> = {};
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.receive(request).then(({ status = 200, body = '' }) => response.writeHead(status).end(body));
    });
  }

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async run(words: readonly string[], { env = {}, input = '', typed }: Around = {}): Promise<Outcome> {
    let [out, err] = ['', ''];
    const code = await run(words, {
      environment: new Environment({ VAULT_ADDR: this.address, VAULT_MAX_RETRIES: '0', ...env }),
      tokenFile: new TokenFile(join(this.folder, 'token')),
      terminal: {
        outputIsTerminal: false,
        canAsk: typed !== undefined,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        readAll: async () => input,
        askHidden: async () => typed as string,
      },
    });
    return { code, out, err };
  }

  private async receive(request: IncomingMessage): Promise<{ status?: number; body?: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url?.replace('/v1/', '')}`;
    this.seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
    return this.answers[line] ?? { status: 404, body: '{"errors":[]}' };
  }
}

/** A body in Vault's envelope. */
export function secret(data: object, more: object = {}): { body: string } {
  const envelope = {
    request_id: 'r',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
  return { body: JSON.stringify({ ...envelope, ...more }) };
}
