import * as http from 'node:http';
import * as https from 'node:https';
import { agentOptions, type TlsSettings } from './tls-settings';

export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | undefined;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** One request, one answer, over connections that are kept. */
export class Transport {
  private readonly http = new http.Agent({ keepAlive: true });
  private readonly https: https.Agent;

  /** @throws {Error} when a file of `tls` cannot be read. */
  constructor(
    tls: TlsSettings,
    private readonly timeoutMs: number,
  ) {
    this.https = new https.Agent({ keepAlive: true, ...agentOptions(tls) });
  }

  send({ method, url, headers, body }: RawRequest): Promise<RawResponse> {
    const secure = url.protocol === 'https:';
    const agent = secure ? this.https : this.http;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...headers, ...length } };
      const request = secure ? https.request(url, options) : http.request(url, options);
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${this.timeoutMs / 1000} s`)),
        this.timeoutMs,
      );
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          end(value);
        };
      request.on('response', (response) => collect(response).then(settle(resolve), settle(reject)));
      request.on('error', settle(reject));
      request.end(body);
    });
  }
}

async function collect(response: http.IncomingMessage): Promise<RawResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}
