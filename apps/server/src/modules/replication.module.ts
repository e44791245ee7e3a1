import { Global, Module, type Provider } from '@nestjs/common';
import { LeaseManager } from '@tidelock/core/leases';
import { EngineRegistry, MountDescriptions, MountTable } from '@tidelock/core/mounts';
import { PASSWORD_POLICIES, POLICIES } from '@tidelock/core/policies';
import { LostAnswers, Replica } from '@tidelock/core/replica';
import { SealManager } from '@tidelock/core/seal';
import { ReplicationService } from '@tidelock/engine-api';
import { KafkaBroker, StreamController } from '@tidelock/stream/kafka';
import { ReplicationNode, SetStreams } from '@tidelock/replication';
import { observedBroker, PublishFigures } from '@tidelock/stream';
import { ClusterFacts } from '../node/cluster-facts';
import { made } from './made';
import { ReplicationAdministration } from '../replication/replication-administration';
import { NodeHost } from '../replication/node-host';

const providers: Provider[] = [
  NodeHost,
  made(KafkaBroker, {}, ({ replicationLogger }) => new KafkaBroker(replicationLogger)),
  made(
    ReplicationNode,
    { broker: KafkaBroker, published: PublishFigures, registry: EngineRegistry, host: NodeHost },
    ({ store, barrier, clock, replicationLogger: logger, settings, broker, published, registry, host }) =>
      new ReplicationNode(
        {
          store,
          barrier,
          clock,
          logger,
          settings: { ...settings, development: settings.development !== undefined },
          host,
          access: broker.access,
          probe: broker.probe,
          mounts: new MountDescriptions(store, registry, [POLICIES, PASSWORD_POLICIES]),
        },
        new SetStreams({ store, broker: observedBroker(broker, published), clock, logger }),
      ),
  ),
  made(
    ReplicationService,
    { node: ReplicationNode, seal: SealManager, mounts: MountTable },
    ({ node, store, clock, replicationLogger, settings: { apiAddr, discardWipedStore }, seal, mounts }) =>
      new ReplicationAdministration(node, store, replicationLogger, clock, {
        apiAddr,
        discardWipedStore,
        sealed: () => seal.sealed,
        mounts: () => mounts.list(),
      }),
  ),
  made(LostAnswers, { node: ReplicationNode, leases: LeaseManager }, (parts) => new LostAnswers(parts)),
  made(
    Replica,
    { node: ReplicationNode, cluster: ClusterFacts, lost: LostAnswers },
    ({ node, store, barrier, settings, cluster, lost }) =>
      new Replica(node, store, barrier, { ...settings, clusterId: () => cluster.clusterId }, lost),
  ),
];

/** This cluster's place in its replication set, over Kafka. */
@Global()
@Module({ providers, exports: providers, controllers: [StreamController] })
export class ReplicationModule {}
