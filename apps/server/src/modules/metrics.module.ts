import { Global, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { RequestPipeline } from '@tidelock/core/pipeline';
import { RunningPart, taskMetrics } from '@tidelock/core/runtime';
import { SealManager } from '@tidelock/core/seal';
import { CLOCK, MetricsService } from '@tidelock/engine-api';
import type { Clock } from '@tidelock/kernel';
import { ReplicationNode, replicationMetrics } from '@tidelock/replication';
import type { ClusterStore } from '@tidelock/store';
import { NodeMetrics } from '../metrics/node-metrics';
import { type NodeSettings, SETTINGS, STORE } from '../node/node-settings';

/** `sys/metrics`. The pipeline stands on the engines, which ask for this: it is looked up at the scrape. */
@Global()
@Module({
  providers: [
    {
      provide: MetricsService,
      inject: [STORE, CLOCK, SETTINGS, RunningPart, ReplicationNode, SealManager, ModuleRef],
      useFactory: (
        store: ClusterStore,
        clock: Clock,
        { prometheus }: NodeSettings,
        ...[runtime, node, seal, modules]: [RunningPart, ReplicationNode, SealManager, ModuleRef]
      ) => {
        const rooms = [
          () => store.metrics(),
          () => taskMetrics(runtime.tasks()),
          () => replicationMetrics(node, store, clock),
          () => modules.get(RequestPipeline, { strict: false }).traffic.metrics(),
        ];
        const counts = async () => ({
          tokens: await store.local.count('token'),
          leases: await store.local.count('lease'),
        });
        return new NodeMetrics({ sealed: () => seal.sealed, rooms, counts }, clock, prometheus);
      },
    },
  ],
  exports: [MetricsService],
})
export class MetricsModule {}
