import { Cluster, type ClusterOrder } from './cluster';
import { KAFKA, newTopicPrefix, POSTGRES } from './services';

export interface SetOrder extends Partial<ClusterOrder> {
  /** Names the topics. */
  readonly suite: string;
  /** Ids; default one, `us-east`. */
  readonly secondaries?: readonly string[];
}

/** A primary with its secondaries, in step. */
export class ReplicationSet {
  private constructor(
    readonly primary: Cluster,
    readonly secondaries: readonly Cluster[],
    readonly topicPrefix: string,
    private readonly order: ClusterOrder,
  ) {}

  private readonly more: Cluster[] = [];

  /** One more cluster, of no set yet; it ends with this one. */
  async another(): Promise<Cluster> {
    const cluster = await Cluster.start(this.order);
    this.more.push(cluster);
    return cluster;
  }

  static async start({ suite, secondaries = ['us-east'], ...order }: SetOrder): Promise<ReplicationSet> {
    const full: ClusterOrder = {
      kafka: KAFKA,
      postgres: POSTGRES,
      topicPrefix: newTopicPrefix(suite),
      storage: 'sqlite',
      ...order,
    };
    const primary = await Cluster.start(full);
    await primary.enablePrimary();
    const joined: Cluster[] = [];
    for (const id of secondaries) {
      const secondary = await Cluster.start(full);
      await secondary.join(primary, id);
      joined.push(secondary);
    }
    return new ReplicationSet(primary, joined, full.topicPrefix, full);
  }

  get secondary(): Cluster {
    return this.secondaries[0] as Cluster;
  }

  async stop(): Promise<void> {
    await Promise.all([this.primary, ...this.secondaries, ...this.more].map((cluster) => cluster.server.stop()));
  }
}
