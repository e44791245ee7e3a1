import { Global, Module, type Provider } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { EngineRegistry, MountDescriptions, MountTable } from '@tidelock/core/mounts';
import { Replica } from '@tidelock/core/replica';
import { SealManager } from '@tidelock/core/seal';
import { CLOCK, ReplicationService } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import { KafkaBroker, StreamController } from '@tidelock/stream/kafka';
import { ReplicationNode, SetStreams } from '@tidelock/replication';
import type { ClusterStore } from '@tidelock/store';
import { ClusterFacts } from '../node/cluster-facts';
import { type NodeSettings, REPLICATION_LOGGER, SETTINGS, STORE } from '../node/node-settings';
import { ReplicationAdministration } from '../replication/replication-administration';
import { NodeHost } from '../replication/node-host';

const providers: Provider[] = [
  NodeHost,
  { provide: KafkaBroker, inject: [REPLICATION_LOGGER], useFactory: (logger: Logger) => new KafkaBroker(logger) },
  {
    provide: ReplicationNode,
    inject: [STORE, Barrier, CLOCK, REPLICATION_LOGGER, SETTINGS, KafkaBroker, EngineRegistry, NodeHost],
    useFactory: (
      store: ClusterStore,
      barrier: Barrier,
      clock: Clock,
      logger: Logger,
      ...[settings, broker, registry, host]: [NodeSettings, KafkaBroker, EngineRegistry, NodeHost]
    ) => {
      const own = { ...settings, development: settings.development !== undefined };
      return new ReplicationNode(
        {
          store,
          barrier,
          clock,
          logger,
          settings: own,
          host,
          access: broker.access,
          probe: broker.probe,
          mounts: new MountDescriptions(store, registry),
        },
        new SetStreams({ store, broker, clock, logger }),
      );
    },
  },
  {
    provide: ReplicationService,
    inject: [ReplicationNode, STORE, REPLICATION_LOGGER, SETTINGS, SealManager, MountTable],
    useFactory: (
      node: ReplicationNode,
      store: ClusterStore,
      logger: Logger,
      { apiAddr, discardWipedStore }: NodeSettings,
      ...[seal, mounts]: [SealManager, MountTable]
    ) =>
      new ReplicationAdministration(node, store, logger, {
        apiAddr,
        discardWipedStore,
        sealed: () => seal.sealed,
        mounts: () => mounts.list(),
      }),
  },
  {
    provide: Replica,
    inject: [ReplicationNode, STORE, Barrier, SETTINGS, ClusterFacts],
    useFactory: (
      node: ReplicationNode,
      store: ClusterStore,
      barrier: Barrier,
      settings: NodeSettings,
      cluster: ClusterFacts,
    ) => new Replica(node, store, barrier, { ...settings, clusterId: () => cluster.clusterId }),
  },
];

/** This cluster's place in its replication set, over Kafka. */
@Global()
@Module({ providers, exports: providers, controllers: [StreamController] })
export class ReplicationModule {}
