import { Module } from '@nestjs/common';
import { AuditBroker } from '@tidelock/core/audit';
import { LeaseManager } from '@tidelock/core/leases';
import { NoEntities } from '@tidelock/core/identity';
import { MountTable, RequestRouter } from '@tidelock/core/mounts';
import { OutsideRoom } from '@tidelock/core/outside';
import { AuditTrail, RequestPipeline, Traffic } from '@tidelock/core/pipeline';
import { PolicyStore } from '@tidelock/core/policies';
import { Replica } from '@tidelock/core/replica';
import { SealManager } from '@tidelock/core/seal';
import { TokenStore } from '@tidelock/core/tokens';
import { Wrapping } from '@tidelock/core/wrapping';
import { ReplicationNode } from '@tidelock/replication';
import { NodeAvailability } from '../node/availability';
import { made } from './made';
import { RequestStory } from '../story/request-story';

const pipeline = made(
  RequestPipeline,
  {
    traffic: Traffic,
    mounts: RequestRouter,
    tokens: TokenStore,
    identity: NoEntities,
    policies: PolicyStore,
    leases: LeaseManager,
    wrapping: Wrapping,
    broker: AuditBroker,
    replica: Replica,
    seal: SealManager,
    node: ReplicationNode,
    table: MountTable,
    outside: OutsideRoom,
  },
  ({ logger, traffic, broker, seal, node, table, outside, ...rooms }) => {
    const story = new RequestStory(logger);
    const own = {
      attempts: outside.attempts,
      availability: new NodeAvailability(seal, node),
      audit: new AuditTrail(broker, table, rooms.clock),
    };
    return new RequestPipeline({ ...rooms, ...own }, logger, {
      request: (run) => traffic.request(run),
      ended: (context) => story.tell(context),
    });
  },
);

/** The steps that every request takes, with the rooms that they ask. */
@Module({ providers: [pipeline], exports: [pipeline] })
export class PipelineModule {}
