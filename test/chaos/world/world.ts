import type { RunningKafka } from '@tidelock/dev-kafka';
import { Cluster } from '../../harness/cluster';
import { TcpProxy } from '../../harness/tcp-proxy';
import { startLinkedKafka } from '../../harness/linked-kafka';
import { Member } from './member';
import { Outcast } from './outcast';

/** Also the ids of those that join as secondaries. */
const NAMES = ['a', 'b', 'c', 'd'] as const;

/** A replication set of built processes, all of whose parts and links can be hurt. */
export class World {
  /**
   * Between two changes of roles; `undefined` while roles change. What is compared over time is compared within an era only.
   */
  era: number | undefined = 0;
  /** The least index from which two lines of mutations have gone on in this round, each its own way. */
  forkedAt = Infinity;
  private changes = 0;

  private constructor(
    readonly kafka: RunningKafka,
    readonly members: readonly Member[],
    public primary: Member,
    /** Was one of them. */
    readonly outcast: Outcast,
  ) {}

  /** One primary, `a`, and three secondaries in step. */
  static async start(): Promise<World> {
    const { kafka, links } = await startLinkedKafka(NAMES.length + 1);
    const members: Member[] = [];
    for (const [at, name] of NAMES.entries()) {
      const link = links[at] as TcpProxy;
      const cluster = await Cluster.start({ kafka: `127.0.0.1:${link.port}`, topicPrefix: 'chaos', storage: 'sqlite' });
      members.push(new Member(name, cluster, link, await TcpProxy.start(cluster.server.clusterPort)));
    }
    const [primary, ...secondaries] = members as [Member, ...Member[]];
    await primary.root.must('POST', 'sys/replication/performance/primary/enable', {
      primary_cluster_addr: primary.clusterAddress,
    });
    for (const { name, cluster } of secondaries) {
      await cluster.join(primary.cluster, name);
      await cluster.generateRoot();
    }
    return new World(kafka, members, primary, await Outcast.start(links.at(-1) as TcpProxy));
  }

  get secondaries(): Member[] {
    return this.members.filter((member) => member !== this.primary);
  }

  async changeRoles(change: () => Promise<void>): Promise<void> {
    this.era = undefined;
    await change();
    this.era = this.changes += 1;
  }

  member(name: string): Member {
    const found = this.members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`there is no cluster "${name}"`);
    return found;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members, this.outcast].map(({ cluster }) => cluster.server.stop()));
    await Promise.all(this.members.flatMap(({ brokerLink, clusterLink }) => [brokerLink.close(), clusterLink.close()]));
    await this.outcast.brokerLink.close();
    await this.kafka.stop();
  }
}
