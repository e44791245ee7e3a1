import { Global, Module, type Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Barrier } from '@tidelock/barrier';
import { AuditBroker } from '@tidelock/core/audit';
import { RequestPipeline } from '@tidelock/core/pipeline';
import { MountDescriptions, MountTable } from '@tidelock/core/mounts';
import { incomingOf, Replica, replyOf } from '@tidelock/core/replica';
import { NewRootKey, SealManager } from '@tidelock/core/seal';
import { BatchTokenKeys } from '@tidelock/core/tokens';
import { ReplicationService } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import {
  ApplierSource,
  KafkaBatchServer,
  KafkaStreamAccess,
  KafkaStreamProbe,
  type ReplicationHost,
  ReplicationNode,
  StreamController,
} from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { ClusterFacts } from '../node/cluster-facts';
import { CLOCK, type NodeSettings, REPLICATION_LOGGER, SETTINGS, STORE } from '../node/node-settings';
import { ServiceLifecycle } from '../node/service-lifecycle';
import { ReplicationAdministration } from '../replication/replication-administration';
import { KafkaStreams } from '../replication/kafka-streams';
import { malformedCall, onRecord } from '../replication/recorded-call';
import { lookUpAtPrimary, unwrapAtPrimary } from '../replication/unwrap-call';

/** What replication asks of the node. The rooms above it are looked up when they are needed: they stand on it. */
function hostOf(modules: ModuleRef): ReplicationHost {
  const get = <T>(token: abstract new (...parameters: never[]) => T): T =>
    modules.get(token as never, { strict: false });
  return {
    unwrap: unwrapAtPrimary,
    lookUp: lookUpAtPrimary,
    forwarded: async (request, by, requireTimely) => {
      // What is no request at all has no entry of its own.
      const incoming = await Promise.resolve()
        .then(() => incomingOf(request, by))
        .catch((error: unknown) => onRecord(get(AuditBroker), malformedCall(by), () => Promise.reject(error as Error)));
      return replyOf(await get(RequestPipeline).runForwarded(incoming, requireTimely));
    },
    onRecord: (call, work) => onRecord(get(AuditBroker), call, work),
    batchTokenKey: () => get(BatchTokenKeys).keyOfSet(),
    endBatchTokens: (unit) => get(BatchTokenKeys).begin(unit),
    restart: (work) => get(SealManager).restart(work),
    open: (rootToken) => get(ServiceLifecycle).open(rootToken),
    // There is somebody to ask now.
    roleTaken: () => {
      void get(BatchTokenKeys).load();
      get(NewRootKey).needed();
    },
    developmentRootToken: () => get(ServiceLifecycle).developmentRootToken,
  };
}

const providers: Provider[] = [
  {
    provide: KafkaStreams,
    inject: [STORE, CLOCK, REPLICATION_LOGGER],
    useFactory: (store: Store, clock: Clock, logger: Logger) => new KafkaStreams(store, clock, logger),
  },
  { provide: KafkaBatchServer, inject: [KafkaStreams], useFactory: (streams: KafkaStreams) => streams.server },
  {
    provide: ReplicationNode,
    inject: [STORE, Barrier, CLOCK, REPLICATION_LOGGER, SETTINGS, KafkaStreams, ModuleRef],
    useFactory: (
      store: Store,
      barrier: Barrier,
      clock: Clock,
      logger: Logger,
      ...[settings, streams, modules]: [NodeSettings, KafkaStreams, ModuleRef]
    ) => {
      const own = { ...settings, development: settings.development !== undefined };
      return new ReplicationNode(
        {
          store,
          barrier,
          clock,
          logger,
          settings: own,
          host: hostOf(modules),
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
    inject: [ReplicationNode, STORE, REPLICATION_LOGGER, SETTINGS, ModuleRef],
    useFactory: (
      node: ReplicationNode,
      store: Store,
      logger: Logger,
      { apiAddr, discardWipedStore }: NodeSettings,
      modules: ModuleRef,
    ) =>
      new ReplicationAdministration(node, store, logger, {
        apiAddr,
        discardWipedStore,
        sealed: () => modules.get(SealManager, { strict: false }).sealed,
        mounts: () => modules.get(MountTable, { strict: false }).list(),
      }),
  },
  {
    provide: Replica,
    inject: [ReplicationNode, STORE, Barrier, SETTINGS, ModuleRef],
    useFactory: (node: ReplicationNode, store: Store, barrier: Barrier, settings: NodeSettings, modules: ModuleRef) =>
      new Replica(node, store, barrier, {
        ...settings,
        clusterId: () => modules.get(ClusterFacts, { strict: false }).clusterId,
      }),
  },
];

/** This cluster's place in its replication set, over Kafka. */
@Global()
@Module({ providers, exports: providers, controllers: [StreamController] })
export class ReplicationModule {}
