import { request as httpsRequest } from 'node:https';
import { type ActivationBundle, decodeCall, encodeCall } from '@tidelock/replication/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type Json } from './api';
import type { Cluster } from './cluster';
import { secretsHeldBy } from './held-secrets';

/** What the primary's cluster port answered: `status` 200 with `body`, or an error with its texts. */
export interface CallAnswer {
  readonly status: number;
  readonly body: Json;
}

export interface Lie {
  readonly path: string;
  readonly operation?: string;
  readonly data?: object;
  readonly policies?: readonly string[];
  /** More members of the caller, or of the request. */
  readonly caller?: object;
  readonly more?: object;
}

/** Somebody with a certificate of a set's cluster port, who says whatever he likes. */
export class Liar {
  constructor(
    readonly id: string,
    private readonly address: string,
    private readonly setId: string,
    private readonly keys: { readonly ca: string; readonly cert: string; readonly key: string },
  ) {}

  /** Unwraps an activation of a new secondary and never joins with it. */
  static async unjoined(primary: Cluster, id: string, order: object = {}): Promise<Liar> {
    const {
      wrap_info: { token },
    } = await primary.root.must('POST', 'sys/replication/performance/primary/secondary-token', { id, ...order });
    const bundle = (await primary.anonymous.must('POST', 'sys/wrapping/unwrap', { token })).data as ActivationBundle;
    const [address] = bundle.primary_cluster_addrs;
    return new Liar(id, address as string, bundle.set_id, {
      ca: bundle.ca_certificate,
      cert: bundle.client_certificate,
      key: bundle.client_private_key,
    });
  }

  /** Takes over what a secondary holds, the certificate that it made itself when it had joined. */
  static async inPlaceOf(secondary: Cluster): Promise<Liar> {
    const { authority, identity } = await eventually('a certificate of its own', async () => {
      const held = await secretsHeldBy(secondary);
      return held.identity.term !== undefined && held;
    });
    const {
      secondary_id: id,
      cluster_id: setId,
      known_primary_cluster_addrs: [address],
    } = await secondary.status();
    return new Liar(id, address, setId, {
      ca: authority.certificate,
      cert: identity.certificate,
      key: identity.privateKey,
    });
  }

  call(name: string, body: unknown = {}): Promise<CallAnswer> {
    const bytes = encodeCall(body);
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: false,
        servername: `${this.setId}.tidelock.internal`,
        headers: { 'content-length': bytes.length },
        ...this.keys,
      };
      const request = httpsRequest(new URL(`/cluster/v1/${name}`, this.address), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: decodeCall(Buffer.concat(chunks)) }),
        );
      });
      request.on('error', reject);
      request.end(bytes);
    });
  }

  /** Sends a request on as whoever the lie says; as root unless it says otherwise. */
  forward({
    path,
    operation = 'update',
    data = {},
    policies = ['root'],
    caller = {},
    more = {},
  }: Lie): Promise<CallAnswer> {
    return this.call('forward', {
      id: '',
      operation,
      path,
      data,
      headers: {},
      remoteAddress: '192.0.2.66',
      remotePort: 1,
      caller: {
        displayName: 'liar',
        policies,
        entityId: '',
        metadata: {},
        isRoot: true,
        tokenId: 'x',
        clientToken: 'x',
        accessor: 'x',
        type: 'service',
        orphan: true,
        numUses: 0,
        ...caller,
      },
      ...more,
    });
  }
}

/** Entries of a cluster's audit file. */
export const auditOf = ({ server }: Cluster, file: string): Json[] =>
  readFileSync(join(server.folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Json);
