import { Module, type Provider } from '@nestjs/common';
import { AuditBroker } from '@tidelock/core/audit';
import { LeaseManager } from '@tidelock/core/leases';
import { NoEntities } from '@tidelock/core/identity';
import { MountTable, RequestRouter } from '@tidelock/core/mounts';
import { OutsideRoom } from '@tidelock/core/outside';
import { RequestPipeline, Traffic } from '@tidelock/core/pipeline';
import { PolicyStore } from '@tidelock/core/policies';
import { Replica } from '@tidelock/core/replica';
import { SealManager } from '@tidelock/core/seal';
import { TokenStore } from '@tidelock/core/tokens';
import { Wrapping } from '@tidelock/core/wrapping';
import { CLOCK, LOGGER } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { ApiController } from '../http/api.controller';
import { AuditTrail } from '../node/audit-trail';
import { NodeAvailability } from '../node/availability';
import { STORE } from '../node/node-settings';
import { RequestStory } from '../story/request-story';

const ROOMS = [
  RequestRouter,
  TokenStore,
  NoEntities,
  PolicyStore,
  LeaseManager,
  Wrapping,
  AuditBroker,
  Replica,
  SealManager,
  ReplicationNode,
  MountTable,
  OutsideRoom,
] as const;
type Rooms = [
  RequestRouter,
  TokenStore,
  NoEntities,
  PolicyStore,
  LeaseManager,
  Wrapping,
  AuditBroker,
  Replica,
  SealManager,
  ReplicationNode,
  MountTable,
  OutsideRoom,
];

const providers: Provider[] = [
  {
    provide: RequestPipeline,
    inject: [STORE, CLOCK, LOGGER, Traffic, ...ROOMS],
    useFactory: (store: Store, clock: Clock, logger: Logger, traffic: Traffic, ...rooms: Rooms) => {
      const [mounts, tokens, identity, policies, leases, wrapping, audit, replica, seal, node, table, outside] = rooms;
      const availability = new NodeAvailability(seal, node);
      const story = new RequestStory(logger);
      return new RequestPipeline(
        {
          clock,
          store,
          attempts: outside.attempts,
          availability,
          mounts,
          tokens,
          identity,
          policies,
          leases,
          wrapping,
          audit: new AuditTrail(audit, table),
          replica,
        },
        logger,
        { request: (run) => traffic.request(run), ended: (context) => story.tell(context) },
      );
    },
  },
];

/** The API: one route, behind it the request pipeline. */
@Module({ providers, exports: providers, controllers: [ApiController] })
export class HttpModule {}
