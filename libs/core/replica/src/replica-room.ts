import type { Barrier } from '@tidelock/barrier';
import { badRequest, TidelockError } from '@tidelock/kernel';
import type { ForwardedAnswer, ReplicaRoom, RequestContext } from '@tidelock/core/pipeline';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { forwardToPrimary } from './forwarding';
import { readState, type SeenState, writeState } from './state-header';

export interface ReplicaSettings {
  /** `best_effort_wal_wait_duration`, ms. */
  readonly waitMilliseconds: number;
  readonly allowForwardingViaHeader: boolean;
  readonly clusterId: () => string;
}

/** What the request pipeline asks of replication. */
export class Replica implements ReplicaRoom {
  private stateKey: Buffer | undefined;

  constructor(
    private readonly node: ReplicationNode,
    private readonly store: Store,
    private readonly barrier: Barrier,
    private readonly settings: ReplicaSettings,
  ) {}

  get isSecondary(): boolean {
    return this.node.isSecondary;
  }

  forward(context: RequestContext): Promise<ForwardedAnswer> {
    return forwardToPrimary(this.node, context);
  }

  awaitIndex(index: number): Promise<boolean> {
    return this.store.waitForIndex(index, this.settings.waitMilliseconds);
  }

  async checkConsistency(states: readonly string[], headers: RequestContext['incoming']['headers']): Promise<void> {
    const { allowForwardingViaHeader } = this.settings;
    if (headers['x-vault-forward'] === 'active-node' && !allowForwardingViaHeader) {
      throw badRequest('forwarding via header X-Vault-Forward disabled in configuration');
    }
    if (states.length === 0) return;
    if (headers['x-vault-inconsistent'] === 'forward-active-node' && !allowForwardingViaHeader) {
      throw badRequest('forwarding via header X-Vault-Inconsistent=forward-active-node disabled in configuration');
    }
    // At the same time: many states are no reason to wait longer.
    await Promise.all(states.map((state) => this.awaitState(state)));
  }

  stateHeader(localIndex: number, replicatedIndex: number): string {
    return writeState({ clusterId: this.clusterId(), localIndex, replicatedIndex }, this.key());
  }

  /** The key is the keyring's: gone with it. */
  forgetKey(): void {
    this.stateKey = undefined;
  }

  /** Waits a little for a state that is on its way: clients retry a 412 only twice. */
  private async awaitState(header: string): Promise<void> {
    const state = readState(header, this.key());
    if (state === undefined || !(await this.has(state))) throw new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
  }

  private async has(state: SeenState): Promise<boolean> {
    // States of another set tell nothing about this one.
    if (state.clusterId !== this.clusterId()) return true;
    return this.store.waitForIndex(state.replicatedIndex, this.settings.waitMilliseconds);
  }

  private clusterId(): string {
    return this.node.stateClusterId(this.settings.clusterId());
  }

  private key(): Buffer {
    this.stateKey ??= this.barrier.derive('x-vault-index');
    return this.stateKey;
  }
}
