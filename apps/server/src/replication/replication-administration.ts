import { ReplicationService, type RequestScope, type SecondaryActivation } from '@tidelock/engine-api';
import { type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import { unitOf } from '@tidelock/core/scope';
import { performanceStatus, type ReplicationNode, type RotatedKey } from '@tidelock/replication';
import type { Store } from '@tidelock/store';

export interface AdministrationSettings {
  readonly apiAddr: string;
  readonly discardWipedStore: boolean;
  readonly sealed: () => boolean;
}

/** `sys/replication` on top of this cluster's replication node. */
export class ReplicationAdministration extends ReplicationService {
  constructor(
    private readonly node: ReplicationNode,
    private readonly store: Store,
    private readonly logger: Logger,
    private readonly settings: AdministrationSettings,
  ) {
    super();
  }

  override get apiAddr(): string {
    return this.settings.apiAddr;
  }

  override status(): Readonly<Record<string, unknown>> {
    if (this.settings.sealed()) throw new TidelockError('SEALED');
    return performanceStatus(this.node, this.store);
  }

  override enablePrimary(primaryClusterAddr: string): Promise<void> {
    return this.node.enablePrimary(primaryClusterAddr);
  }

  override async admitSecondary(scope: RequestScope, id: string): Promise<Readonly<Record<string, unknown>>> {
    return { ...(await this.node.admit(id, unitOf(scope).local)) };
  }

  override activationWarnings(id: string): Promise<readonly string[]> {
    return this.node.activationWarnings(id);
  }

  override revokeSecondary(id: string): Promise<void> {
    return this.node.revokeSecondary(id);
  }

  override rotateStreamKey(): Promise<RotatedKey> {
    return this.node.rotateStreamKey();
  }

  override async enableSecondary(activation: SecondaryActivation): Promise<{ readonly warnings: readonly string[] }> {
    const admission = await this.node.askForAdmission(activation);
    // The answer leaves first: the join takes the service down.
    setImmediate(() => {
      this.node.join(admission).catch((error: unknown) => {
        this.logger.error('joining the replication set failed; the cluster is sealed', { reason: reasonOf(error) });
      });
    });
    return { warnings: [this.wipeWarning()] };
  }

  private wipeWarning(): string {
    const fate = this.settings.discardWipedStore ? 'deleted' : 'set aside, encrypted as it was; the log names the place';
    return `All data of this cluster, local mounts and tokens included, is wiped: the old store is ${fate}.`;
  }
}
