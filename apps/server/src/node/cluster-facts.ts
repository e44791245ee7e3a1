import { ClusterService, type PrimaryEcho, type ReplicationMode } from '@tidelock/engine-api';
import type { Part } from '@tidelock/core/runtime';
import { newUuid } from '@tidelock/kernel';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store, StoreAdmin } from '@tidelock/store';
import { VERSION } from './version';

export interface ClusterSettings {
  /** Configured `cluster_name`; absent = one made at the first unseal. */
  readonly clusterName?: string;
  readonly apiAddr: string;
}

const IDENTITY = 'identity';

interface Identity {
  readonly name: string;
  readonly id: string;
}

/** This cluster's own identity, which replication never touches, and where it stands. */
export class ClusterFacts extends ClusterService implements Part {
  readonly name = 'cluster';
  private identity: Identity = { name: '', id: '' };
  private sealed = true;

  constructor(
    private readonly store: Store & Pick<StoreAdmin, 'storageType'>,
    private readonly node: ReplicationNode,
    private readonly settings: ClusterSettings,
  ) {
    super();
  }

  override readonly version = VERSION.api;
  override readonly buildDate = VERSION.buildDate;

  override get clusterName(): string {
    return this.identity.name;
  }

  override get clusterId(): string {
    return this.identity.id;
  }

  override get storageType(): string {
    return this.store.storageType;
  }

  override get apiAddr(): string {
    return this.settings.apiAddr;
  }

  override get isJoining(): boolean {
    return this.node.mode === 'bootstrapping';
  }

  override replicationMode(): ReplicationMode {
    return this.sealed ? 'unknown' : this.node.mode;
  }

  override lastWal(): number {
    return this.store.position().localIndex;
  }

  override lagSeconds(): number | undefined {
    const secondary = this.node.asSecondary;
    // Without a primary nobody can tell: as far behind as can be.
    return (
      secondary && (secondary.primary?.lagSeconds(this.store.position().replicatedIndex) ?? Number.POSITIVE_INFINITY)
    );
  }

  override echo(): PrimaryEcho | undefined {
    return this.node.asSecondary?.primary?.echo();
  }

  /** After an unseal: reads the identity, making one in a new store. */
  async start(): Promise<void> {
    const unit = this.store.begin();
    const row = await unit.local.row('cluster', IDENTITY);
    this.identity = row ? (JSON.parse(row.value.toString('utf8')) as Identity) : this.newIdentity();
    if (row === undefined)
      unit.local.put('cluster', { key: IDENTITY, value: Buffer.from(JSON.stringify(this.identity)) });
    await unit.commit();
    this.sealed = false;
  }

  stop(): void {
    this.sealed = true;
  }

  private newIdentity(): Identity {
    return { name: this.settings.clusterName ?? `tidelock-cluster-${newUuid().slice(0, 8)}`, id: newUuid() };
  }
}
