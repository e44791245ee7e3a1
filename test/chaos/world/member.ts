import { Api } from '../../harness/api';
import type { Cluster } from '../../harness/cluster';
import type { TcpProxy } from '../../harness/tcp-proxy';

/** How long a client waits for an answer, ms. Longer than the server's own patience with its primary (10 s). */
const CLIENT_PATIENCE_MS = 15_000;

/** One cluster of the set, with the links that it is reached by and that it reaches the broker by. */
export class Member {
  /** While the role changes: who the primary is told it is may not be so. */
  readonly client: Api;

  constructor(
    readonly name: string,
    readonly cluster: Cluster,
    /** To the broker, as this cluster sees it. */
    readonly brokerLink: TcpProxy,
    /** To its cluster port, as the others see it. */
    readonly clusterLink: TcpProxy,
  ) {
    this.client = new Api(cluster.server.address, '', CLIENT_PATIENCE_MS);
  }

  /** With its root token, as a patient client. */
  get root(): Api {
    return this.client.as(this.cluster.rootToken);
  }

  get clusterAddress(): string {
    return `https://127.0.0.1:${this.clusterLink.port}`;
  }
}
