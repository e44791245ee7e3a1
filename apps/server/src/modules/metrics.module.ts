import { Global, Module } from '@nestjs/common';
import { Traffic } from '@tidelock/core/pipeline';
import { RunningPart, taskMetrics } from '@tidelock/core/runtime';
import { SealManager } from '@tidelock/core/seal';
import { CLOCK, MetricsService } from '@tidelock/engine-api';
import type { Clock } from '@tidelock/kernel';
import { ReplicationNode, replicationMetrics } from '@tidelock/replication';
import type { ClusterStore } from '@tidelock/store';
import { NodeMetrics } from '../metrics/node-metrics';
import { type NodeSettings, SETTINGS, STORE } from '../node/node-settings';

/** `sys/metrics`. */
@Global()
@Module({
  providers: [
    { provide: Traffic, useFactory: () => new Traffic() },
    {
      provide: MetricsService,
      inject: [STORE, CLOCK, SETTINGS, RunningPart, ReplicationNode, SealManager, Traffic],
      useFactory: (
        store: ClusterStore,
        clock: Clock,
        { prometheus }: NodeSettings,
        ...[runtime, node, seal, traffic]: [RunningPart, ReplicationNode, SealManager, Traffic]
      ) => {
        const rooms = [
          () => store.metrics(),
          () => taskMetrics(runtime.tasks()),
          () => replicationMetrics(node, store, clock),
          () => traffic.metrics(),
        ];
        const counts = async () => ({
          tokens: await store.local.count('token'),
          leases: await store.local.count('lease'),
        });
        return new NodeMetrics({ sealed: () => seal.sealed, rooms, counts }, clock, prometheus);
      },
    },
  ],
  exports: [MetricsService, Traffic],
})
export class MetricsModule {}
