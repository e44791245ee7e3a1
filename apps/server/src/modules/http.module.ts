import { Module, type Provider } from '@nestjs/common';
import { AuditBroker } from '@tidelock/core/audit';
import { ExpirySweep, LeaseManager } from '@tidelock/core/leases';
import { MountAdmin, MountTable, RequestRouter } from '@tidelock/core/mounts';
import { RequestPipeline } from '@tidelock/core/pipeline';
import { PolicyStore } from '@tidelock/core/policies';
import { Replica } from '@tidelock/core/replica';
import { RunningPart } from '@tidelock/core/runtime';
import { KeyRotation, KeyUpkeep, NewRootKey, SealManager } from '@tidelock/core/seal';
import { BatchTokenKeys, TokenStore } from '@tidelock/core/tokens';
import { Wrapping } from '@tidelock/core/wrapping';
import type { Clock, Logger } from '@tidelock/kernel';
import { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { ApiController } from '../http/api.controller';
import { AuditTrail } from '../node/audit-trail';
import { NodeAvailability } from '../node/availability';
import { ClusterFacts } from '../node/cluster-facts';
import { CLOCK, LOGGER, STORE } from '../node/node-settings';
import { ServiceLifecycle } from '../node/service-lifecycle';
import { RequestStory } from '../story/request-story';

const ROOMS = [
  RequestRouter,
  TokenStore,
  PolicyStore,
  LeaseManager,
  Wrapping,
  AuditBroker,
  Replica,
  SealManager,
  ReplicationNode,
  MountTable,
] as const;
type Rooms = [
  RequestRouter,
  TokenStore,
  PolicyStore,
  LeaseManager,
  Wrapping,
  AuditBroker,
  Replica,
  SealManager,
  ReplicationNode,
  MountTable,
];

const LIVING = [
  SealManager,
  KeyRotation,
  KeyUpkeep,
  NewRootKey,
  ReplicationNode,
  Replica,
  ClusterFacts,
  MountTable,
  MountAdmin,
  PolicyStore,
  AuditBroker,
  TokenStore,
  BatchTokenKeys,
  LeaseManager,
  ExpirySweep,
] as const;
type Living = [
  SealManager,
  KeyRotation,
  KeyUpkeep,
  NewRootKey,
  ReplicationNode,
  Replica,
  ClusterFacts,
  MountTable,
  MountAdmin,
  PolicyStore,
  AuditBroker,
  TokenStore,
  BatchTokenKeys,
  LeaseManager,
  ExpirySweep,
];

const providers: Provider[] = [
  {
    provide: RequestPipeline,
    inject: [STORE, CLOCK, LOGGER, ...ROOMS],
    useFactory: (store: Store, clock: Clock, logger: Logger, ...rooms: Rooms) => {
      const [mounts, tokens, policies, leases, wrapping, audit, replica, seal, node, table] = rooms;
      const availability = new NodeAvailability(seal, node);
      const story = new RequestStory(logger);
      return new RequestPipeline(
        {
          clock,
          store,
          availability,
          mounts,
          tokens,
          policies,
          leases,
          wrapping,
          audit: new AuditTrail(audit, table),
          replica,
        },
        logger,
        (context) => story.tell(context),
      );
    },
  },
  {
    provide: ServiceLifecycle,
    inject: [STORE, RunningPart, ...LIVING],
    useFactory: (
      store: Store,
      runtime: RunningPart,
      ...[
        seal,
        rotation,
        upkeep,
        newRootKey,
        node,
        replica,
        cluster,
        mounts,
        mountAdmin,
        policies,
        audit,
        tokens,
        batchTokens,
        leases,
        sweep,
      ]: Living
    ) =>
      new ServiceLifecycle(store, runtime, {
        seal,
        rotation,
        upkeep,
        newRootKey,
        node,
        replica,
        cluster,
        mounts,
        mountAdmin,
        policies,
        audit,
        tokens,
        batchTokens,
        leases,
        sweep,
      }),
  },
];

/** The API: one route, behind it the request pipeline. */
@Module({ providers, exports: providers, controllers: [ApiController] })
export class HttpModule {}
