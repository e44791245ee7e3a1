import type { Barrier } from '@tidelock/barrier';
import { badRequest, TidelockError } from '@tidelock/kernel';
import type { ForwardedAnswer, ReplicaRoom, RequestContext } from '@tidelock/core/pipeline';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import { forwardToPrimary } from './forwarding';
import type { LostAnswers } from './lost-answers';
import { readState, writeState } from './state-header';

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
    private readonly lostAnswers: Pick<LostAnswers, 'note'>,
  ) {}

  get isSecondary(): boolean {
    return this.node.isSecondary;
  }

  forward(context: RequestContext): Promise<ForwardedAnswer> {
    const { incoming, resolved, now } = context;
    return forwardToPrimary(this.node, context, () => {
      if (resolved) this.lostAnswers.note({ id: incoming.id, at: { path: incoming.path, mount: resolved.mount, now } });
    });
  }

  /** Waits a little for what is on its way: clients retry a 412 only twice. */
  awaitIndex(index: number): Promise<boolean> {
    return this.store.waitForIndex(index, this.settings.waitMilliseconds);
  }

  async checkConsistency(
    states: readonly string[],
    headers: RequestContext['incoming']['headers'],
  ): Promise<'here' | 'primary'> {
    this.asksForPrimary(headers['x-vault-forward'] === 'active-node', 'X-Vault-Forward');
    if (states.length === 0) return 'here';
    const asked = this.asksForPrimary(
      headers['x-vault-inconsistent'] === 'forward-active-node',
      'X-Vault-Inconsistent=forward-active-node',
    );
    const indexes = states.map((state) => this.indexOf(state));
    if (Math.max(...indexes) <= this.store.position().replicatedIndex) return 'here';
    // A primary is the first to have a state: what it lacks never comes, and what was checked of a request stays true for it.
    if (!this.isSecondary) throw stateMissing();
    if (asked) return 'primary';
    // At the same time: many states are no reason to wait longer.
    const arrived = await Promise.all(indexes.map((index) => this.awaitIndex(index)));
    if (arrived.includes(false)) throw stateMissing();
    return 'here';
  }

  stateHeader(localIndex: number, replicatedIndex: number): string {
    return writeState({ clusterId: this.clusterId(), localIndex, replicatedIndex }, this.key());
  }

  /** The key is the keyring's: gone with it. */
  forgetKey(): void {
    this.stateKey = undefined;
  }

  /** The replicated index that a state stands for. States of another set tell nothing about this one. */
  private indexOf(header: string): number {
    const state = readState(header, this.key());
    if (state === undefined) throw stateMissing();
    return state.clusterId === this.clusterId() ? state.replicatedIndex : 0;
  }

  private asksForPrimary(asked: boolean, header: string): boolean {
    if (asked && !this.settings.allowForwardingViaHeader)
      throw badRequest(`forwarding via header ${header} disabled in configuration`);
    return asked;
  }

  private clusterId(): string {
    return this.node.stateClusterId(this.settings.clusterId());
  }

  private key(): Buffer {
    this.stateKey ??= this.barrier.derive('x-vault-index');
    return this.stateKey;
  }
}

const stateMissing = (): TidelockError => new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
