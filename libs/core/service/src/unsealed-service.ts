import type { AuditBroker } from '@tidelock/core/audit';
import type { ExpirySweep } from '@tidelock/core/leases';
import { ensureBuiltIns, type MountPurger, type MountTable } from '@tidelock/core/mounts';
import type { PolicyStore } from '@tidelock/core/policies';
import type { Replica } from '@tidelock/core/replica';
import type { Life, Part } from '@tidelock/core/runtime';
import type { KeyUpkeep, NewRootKey } from '@tidelock/core/seal';
import type { BatchTokenKeys, TokenStore } from '@tidelock/core/tokens';
import { type Clock, isTidelockError, type Logger, TidelockError } from '@tidelock/kernel';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';

/** What lives while the barrier is open. */
export interface ServiceRooms {
  readonly store: Pick<Store, 'transact'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Begins first and ends last. */
  readonly clusterFacts: Part;
  /** Attempts of the holders of unseal keys. */
  readonly attempts: readonly Part[];
  readonly newRootKey: NewRootKey;
  readonly policies: PolicyStore;
  readonly tokens: TokenStore;
  readonly batchTokens: BatchTokenKeys;
  readonly replica: Replica;
  readonly audit: AuditBroker;
  readonly mounts: MountTable;
  readonly purger: MountPurger;
  /** Undoes what was brought about outside the store, and not committed. */
  readonly intents: Part;
  readonly sweep: ExpirySweep;
  /** Has what was left by mounts that were gone ended, once they are back. */
  readonly unmounted: Part;
  /** Asks the primary for answers that were lost. */
  readonly lostAnswers: Part;
  readonly node: ReplicationNode;
  readonly upkeep: KeyUpkeep;
}

/**
 * From the opening of the barrier to its closing. Under it stands what every process needs that answers requests, and `active`: what the
 * writer of the store does by itself, the replication role among it.
 */
export class UnsealedService implements Part {
  readonly name = 'unsealed';
  /** The first root token, in development mode: told to a secondary that is in development mode, too. */
  developmentRootToken: string | undefined;
  private active: Life | undefined;
  private readonly begun = new Set<Part>();

  constructor(private readonly rooms: ServiceRooms) {}

  async start(life: Life): Promise<void> {
    const { node, clusterFacts, attempts, newRootKey, policies, tokens, batchTokens, replica, audit, mounts, logger } =
      this.rooms;
    life.signal.addEventListener('abort', () => logger.info('the service goes down'), { once: true });
    await node.load();
    const caches = [
      { name: 'policies', stop: () => policies.clear() },
      { name: 'tokens', stop: () => tokens.clear() },
      { name: 'replica', stop: () => replica.forgetKey() },
    ];
    for (const part of [clusterFacts, ...attempts, ...caches, newRootKey, batchTokens, audit, mounts])
      await life.begin(part);
    await life.begin({ name: 'active', start: (active) => this.activate(active) });
    logger.info('the service is up', {
      replication: node.mode,
      ...(node.mode !== 'disabled' && { set: node.role.setId, epoch: node.role.epoch }),
    });
  }

  stop(): void {
    this.active = undefined;
    this.begun.clear();
  }

  /** Makes the service ready for requests. On a joining secondary this waits until the first copy is complete. */
  async open(rootToken?: string): Promise<void> {
    const { mounts, purger, audit, intents, sweep, unmounted, lostAnswers, batchTokens } = this.rooms;
    if (this.active === undefined) throw new TidelockError('SEALED');
    await this.ensureBuiltIns(rootToken);
    await batchTokens.load();
    await mounts.load();
    await audit.load();
    for (const part of [mounts.parts.writers, purger, intents, sweep, unmounted, lostAnswers])
      await this.beginOnce(this.active, part);
  }

  /** The service may be opened in two attempts. */
  private async beginOnce(active: Life, part: Part): Promise<void> {
    if (this.begun.has(part)) return;
    await active.begin(part);
    this.begun.add(part);
  }

  private async activate(active: Life): Promise<void> {
    const { node, upkeep } = this.rooms;
    this.active = active;
    if (node.mode === 'bootstrapping') await active.begin(node);
    else await this.openWith(active, node);
    // What it keeps takes the barrier, which a seal leaves open for some seconds only: it ends first.
    await active.begin(upkeep);
  }

  private async openWith(active: Life, node: ReplicationNode): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      const lacksKey = isTidelockError(error, 'UNKNOWN_TERM');
      if (!lacksKey && !isTidelockError(error, 'CORRUPT_RECORD')) throw error;
      // Another cluster of the set has the record or its key, and can be asked once the role is taken up.
      await active.begin(node);
      // Without the key the record tells what is lacking once more.
      if (lacksKey) await this.rooms.newRootKey.fetch(active.signal).catch(() => undefined);
      return this.open();
    }
    await active.begin(node);
  }

  private async ensureBuiltIns(rootToken: string | undefined): Promise<void> {
    const { store, clock, node, policies, tokens, batchTokens } = this.rooms;
    // Tasks that live already may write the same records.
    await store.transact(async (unit) => {
      await ensureBuiltIns(unit, node.isSecondary ? 'local' : 'all');
      if (!node.isSecondary) await policies.ensureBuiltIns(unit);
      if (!node.isSecondary) await batchTokens.ensure(unit);
      const now = clock.now();
      if (rootToken !== undefined && (await tokens.find(unit.local, rootToken, now)) === undefined)
        await tokens.createRoot(unit, now, rootToken);
      unit.cause = { requestId: '', path: 'sys/init' };
    });
  }
}
