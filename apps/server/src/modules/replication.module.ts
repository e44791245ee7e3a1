import { Global, Module, type Provider } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { MountDescriptions, MountTable } from '@tidelock/core/mounts';
import { Replica } from '@tidelock/core/replica';
import { SealManager } from '@tidelock/core/seal';
import { ReplicationService } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import {
  ApplierSource,
  KafkaBatchServer,
  KafkaStreamAccess,
  KafkaStreamProbe,
  ReplicationNode,
  StreamController,
} from '@tidelock/replication';
import type { ClusterStore } from '@tidelock/store';
import { ClusterFacts } from '../node/cluster-facts';
import { CLOCK, type NodeSettings, REPLICATION_LOGGER, SETTINGS, STORE } from '../node/node-settings';
import { ReplicationAdministration } from '../replication/replication-administration';
import { NodeHost } from '../replication/node-host';
import { KafkaStreams } from '../replication/kafka-streams';

const providers: Provider[] = [
  NodeHost,
  {
    provide: KafkaStreams,
    inject: [STORE, CLOCK, REPLICATION_LOGGER],
    useFactory: (store: ClusterStore, clock: Clock, logger: Logger) => new KafkaStreams(store, clock, logger),
  },
  { provide: KafkaBatchServer, inject: [KafkaStreams], useFactory: (streams: KafkaStreams) => streams.server },
  {
    provide: ReplicationNode,
    inject: [STORE, Barrier, CLOCK, REPLICATION_LOGGER, SETTINGS, KafkaStreams, NodeHost],
    useFactory: (
      store: ClusterStore,
      barrier: Barrier,
      clock: Clock,
      logger: Logger,
      ...[settings, streams, host]: [NodeSettings, KafkaStreams, NodeHost]
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
          access: new KafkaStreamAccess(logger),
          probe: new KafkaStreamProbe(logger),
          mounts: new MountDescriptions(store),
        },
        streams,
      );
    },
  },
  {
    provide: ApplierSource,
    inject: [ReplicationNode],
    useFactory: (node: ReplicationNode): ApplierSource => ({ current: () => node.asSecondary?.stream?.applier }),
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
