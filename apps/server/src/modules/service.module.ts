import { Module } from '@nestjs/common';
import { AuditBroker } from '@tidelock/core/audit';
import { ExpirySweep, leaseCalls, LeaseManager, LeaseRevoker, UnmountedLeases } from '@tidelock/core/leases';
import { MountAdmin, MountTable } from '@tidelock/core/mounts';
import { OutsideRoom } from '@tidelock/core/outside';
import { RequestPipeline } from '@tidelock/core/pipeline';
import { PolicyStore } from '@tidelock/core/policies';
import { LostAnswers, Replica } from '@tidelock/core/replica';
import {
  ClusterSeal,
  KeyRotation,
  KeyUpkeep,
  NewRootKey,
  Rekey,
  RootGeneration,
  SealManager,
} from '@tidelock/core/seal';
import { UnsealedService } from '@tidelock/core/service';
import { BatchTokenKeys, TokenStore } from '@tidelock/core/tokens';
import type { Clock } from '@tidelock/kernel';
import { ReplicationNode } from '@tidelock/replication';
import { ClusterFacts } from '../node/cluster-facts';
import { NodeHost } from '../replication/node-host';
import { type Instances, made } from './made';
import { PipelineModule } from './pipeline.module';

const ROOMS = {
  clusterFacts: ClusterFacts,
  rekey: Rekey,
  rootGeneration: RootGeneration,
  clusterSeal: ClusterSeal,
  newRootKey: NewRootKey,
  policies: PolicyStore,
  tokens: TokenStore,
  batchTokens: BatchTokenKeys,
  replica: Replica,
  audit: AuditBroker,
  mounts: MountTable,
  mountAdmin: MountAdmin,
  leases: LeaseManager,
  outside: OutsideRoom,
  revoker: LeaseRevoker,
  sweep: ExpirySweep,
  unmounted: UnmountedLeases,
  lostAnswers: LostAnswers,
  node: ReplicationNode,
  upkeep: KeyUpkeep,
  rotation: KeyRotation,
  seal: SealManager,
  host: NodeHost,
  pipeline: RequestPipeline,
};
type Rooms = Instances<typeof ROOMS>;

const provider = made(UnsealedService, ROOMS, (parts) => {
  const { rekey, rootGeneration, mountAdmin, outside, seal } = parts;
  const attempts = [rekey.slot, rootGeneration.slot];
  const service = new UnsealedService({ ...parts, attempts, purger: mountAdmin.purger, intents: outside.intents });
  connect(parts, service, parts.clock);
  seal.carry(service);
  return service;
});

/** Tells rooms of those that were made after them. */
function connect(
  { leases, unmounted, revoker, outside, node, rotation, host, ...above }: Rooms,
  service: UnsealedService,
  clock: Clock,
): void {
  const { mounts, newRootKey, batchTokens } = above;
  host.connect({ ...above, clock, service, calls: leaseCalls(revoker, clock) });
  rotation.follow(() => newRootKey.needed());
  newRootKey.onTaken(() => batchTokens.rekeyed());
  // A mount that goes takes its tokens and leases with it: as long as it can be asked, in order. What is left afterwards waits for it, or for an operator.
  mounts.onUnmount((mount, when) =>
    when === 'before'
      ? leases.revokePrefix({ now: clock.now() }, mount.path, { mount: mount.accessor })
      : unmounted.left(mount),
  );
  mounts.onMount(() => unmounted.wake());
  // So do the effects outside for which no commit stands.
  mounts.onUnmount((mount, when) => outside.intents.undoForMount(mount, when));
  // What comes to lie at its path later is another mount: filters that listed it do not mean that one.
  mounts.onUnmount(async (mount, when) => {
    if (when === 'after' && !mount.local) await node.asPrimary?.filtering.forgetPath(mount.path);
  });
}

/** What lives while the barrier is open. */
@Module({ imports: [PipelineModule], providers: [provider], exports: [provider] })
export class ServiceModule {}
