import { AuditBroker } from '@tidelock/core/audit';
import { ExpirySweep, LeaseManager } from '@tidelock/core/leases';
import { ensureBuiltIns, MountAdmin, MountTable } from '@tidelock/core/mounts';
import { PolicyStore } from '@tidelock/core/policies';
import { Replica } from '@tidelock/core/replica';
import type { Alive, Part, RunningPart } from '@tidelock/core/runtime';
import { KeyRotation, KeyUpkeep, NewRootKey, SealManager } from '@tidelock/core/seal';
import { BatchTokenKeys, TokenStore } from '@tidelock/core/tokens';
import { isTidelockError, TidelockError } from '@tidelock/kernel';
import { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { ClusterFacts } from './cluster-facts';

/** The rooms that wake and sleep with the seal. */
export interface LivingRooms {
  readonly seal: SealManager;
  readonly rotation: KeyRotation;
  readonly upkeep: KeyUpkeep;
  readonly newRootKey: NewRootKey;
  readonly node: ReplicationNode;
  readonly replica: Replica;
  readonly cluster: ClusterFacts;
  readonly mounts: MountTable;
  readonly mountAdmin: MountAdmin;
  readonly policies: PolicyStore;
  readonly audit: AuditBroker;
  readonly tokens: TokenStore;
  readonly batchTokens: BatchTokenKeys;
  readonly leases: LeaseManager;
  readonly sweep: ExpirySweep;
}

/** What happens when the barrier opens and before it closes. */
export class ServiceLifecycle {
  /** The first root token, in development mode: told to a secondary that is in development mode, too. */
  developmentRootToken: string | undefined;
  private unsealed: RunningPart | undefined;
  /** The part of `rooms.upkeep`. */
  private keyUpkeep: Alive | undefined;

  constructor(
    private readonly store: Store,
    private readonly runtime: RunningPart,
    private readonly rooms: LivingRooms,
  ) {
    rooms.rotation.follow(() => rooms.newRootKey.needed());
    // A mount that goes takes its leases and tokens with it: as long as it can be asked, in order; afterwards, whatever it says.
    rooms.mounts.onDeparture((mount, when) =>
      rooms.leases.revokePrefix(mount.path, { force: when === 'after' }, Date.now()),
    );
    // What comes to lie at its path later is another mount: filters that listed it do not mean that one.
    rooms.mounts.onDeparture(async (mount, when) => {
      if (when === 'after' && !mount.local) await rooms.node.asPrimary?.filtering.forgetPath(mount.path);
    });
    rooms.seal.onUnsealed(() => this.wake());
    rooms.seal.onSealed(() => this.sleep());
  }

  /** Makes the service ready for requests. On a joining secondary this waits until the first copy is complete. */
  async open(rootToken?: string): Promise<void> {
    const { mounts, mountAdmin, audit, sweep, policies, node, tokens, batchTokens } = this.rooms;
    const unit = this.store.begin();
    await ensureBuiltIns(unit, node.isSecondary ? 'local' : 'all');
    if (!node.isSecondary) await policies.ensureBuiltIns(unit);
    if (!node.isSecondary) await batchTokens.ensure(unit);
    if (rootToken !== undefined && (await tokens.find(unit.local, rootToken, Date.now())) === undefined)
      await tokens.createRoot(unit, rootToken);
    unit.cause = { requestId: '', path: 'sys/init' };
    await unit.commit();
    await this.begin(batchTokens);
    await batchTokens.load();
    await mounts.load();
    await mountAdmin.purger.resume();
    await audit.load();
    await this.begin(sweep);
  }

  private async wake(): Promise<void> {
    const { node, cluster, upkeep, newRootKey } = this.rooms;
    await node.load();
    this.unsealed = await this.runtime.begin({ name: 'unsealed' });
    this.keyUpkeep = await this.unsealed.begin(upkeep);
    const unit = this.store.begin();
    await cluster.unsealed(unit);
    await unit.commit();
    await this.begin(newRootKey);
    await this.openWith(node);
  }

  private async openWith(node: ReplicationNode): Promise<void> {
    if (node.mode === 'bootstrapping') return this.begin(node);
    try {
      await this.open();
    } catch (error) {
      if (!isTidelockError(error, 'CORRUPT_RECORD')) throw error;
      // Another cluster of the set has the record, and can be asked once the role is taken up.
      await this.begin(node);
      return this.open();
    }
    await this.begin(node);
  }

  /** Once for each time that the barrier is open: the service may be opened in two attempts. */
  private async begin(part: Part): Promise<void> {
    if (this.unsealed === undefined) throw new TidelockError('SEALED');
    if (!this.unsealed.has(part)) await this.unsealed.begin(part);
  }

  private async sleep(): Promise<void> {
    const { cluster, mounts, audit, tokens, policies, replica } = this.rooms;
    // What it keeps takes the barrier, which a seal leaves open for some seconds only: the others may take longer.
    await this.keyUpkeep?.end();
    await this.unsealed?.end();
    await audit.clear();
    mounts.clear();
    policies.clear();
    tokens.clear();
    replica.forgetKey();
    cluster.becameSealed();
  }
}
