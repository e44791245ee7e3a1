import { Global, Module } from '@nestjs/common';
import { Traffic } from '@tidelock/core/pipeline';
import { RunningPart, taskMetrics } from '@tidelock/core/runtime';
import { SealManager } from '@tidelock/core/seal';
import { MetricsService } from '@tidelock/engine-api';
import { ReplicationNode, replicationMetrics } from '@tidelock/replication';
import { StoreFigures } from '@tidelock/store';
import { PublishFigures } from '@tidelock/stream';
import { made } from './made';
import { NodeMetrics } from '../metrics/node-metrics';
import { NodeAvailability } from '../node/availability';

/** `sys/metrics`. */
@Global()
@Module({
  providers: [
    made(Traffic, {}, () => new Traffic()),
    made(PublishFigures, {}, () => new PublishFigures()),
    made(
      MetricsService,
      {
        runtime: RunningPart,
        node: ReplicationNode,
        seal: SealManager,
        traffic: Traffic,
        stored: StoreFigures,
        published: PublishFigures,
      },
      ({ store, clock, settings, runtime, node, seal, traffic, stored, published }) => {
        const rooms = [
          () => stored.metrics(store),
          () => taskMetrics(runtime.tasks()),
          () => replicationMetrics(node, store, clock),
          () => published.metrics(),
          () => traffic.metrics(),
        ];
        const counts = async () => ({
          tokens: await store.local.count('token'),
          leases: await store.local.count('lease'),
        });
        const availability = new NodeAvailability(seal, node);
        const refusal = () => availability.refusal();
        return new NodeMetrics({ sealed: () => seal.sealed, refusal, rooms, counts }, clock, settings.prometheus);
      },
    ),
  ],
  exports: [MetricsService, Traffic, PublishFigures],
})
export class MetricsModule {}
