import type { HealingStatus } from '@tidelock/api-answers';
import { badRequest, reasonOf, rfc3339 } from '@tidelock/kernel';
import { notSecondary } from '../membership/role-store';
import type { BucketFinding } from '@tidelock/store';
import type { FollowedStream } from '@tidelock/stream';
import { walkBuckets } from './bucket-walk';
import { CopiesFromSecondaries } from './record-copies';
import { DamageLedger } from './damage-ledger';
import { type HealingNote, healingStatus, NOTHING_NOTED, readHealingNote, writeHealingNote } from './healing-note';
import { RecordRepair } from './record-repair';
import { Reindex, type ReindexOptions } from './reindex';
import { SelfCheck } from './self-check';
import type { ReplicationParts } from '../ports/parts';

export type HealingParts = Pick<ReplicationParts, 'store' | 'clock' | 'logger'>;

/** Finds damage in this cluster's data, tells of it, and repairs what can be repaired: on a secondary from its primary, on a primary from a secondary. */
export class Healing {
  /** Damaged records of a primary, which secondaries may have. */
  readonly secondaryCopies: CopiesFromSecondaries;
  private readonly ledger: DamageLedger;
  private readonly repair: RecordRepair;
  private readonly reindexing: Reindex;
  /** For as long as the barrier is open. */
  readonly selfCheck: SelfCheck;
  private note: HealingNote = NOTHING_NOTED;
  private checking: Promise<Readonly<Record<string, unknown>>> | undefined;
  private ended = new AbortController();
  private unsubscribe: () => void = () => {};
  private saving: Promise<void> = Promise.resolve();

  /**
   * @param stream what this cluster follows; `undefined` unless it is a secondary.
   * @param hasFullSecondary whether this is a primary with a secondary that has everything.
   */
  constructor(
    private readonly parts: HealingParts,
    private readonly stream: () => FollowedStream | undefined,
    hasFullSecondary: () => boolean,
  ) {
    const { store, logger } = parts;
    this.ledger = new DamageLedger(logger, () => this.save());
    const damage = { integrity: store.integrity, ledger: this.ledger, logger };
    this.secondaryCopies = new CopiesFromSecondaries(damage, hasFullSecondary);
    this.repair = new RecordRepair(damage, stream, this.secondaryCopies);
    this.reindexing = new Reindex(damage, (found, damaged) => this.reindexed(found, damaged));
    this.selfCheck = new SelfCheck(store.integrity, (findings) => this.looked(findings));
    store.healReadsWith((key) => this.repair.healRead(key));
  }

  /** After an unseal. */
  async start(): Promise<void> {
    const { store } = this.parts;
    this.note = await readHealingNote(store.local);
    this.ledger.load(this.note);
    this.ended = new AbortController();
    this.unsubscribe = store.onCommit({
      committed: ({ replicatedKeys }) => {
        // Whatever was written over is whole again.
        if (!this.ledger.isEmpty) this.ledger.remove(replicatedKeys);
      },
      // What was found damaged stays suspected until it is looked at again.
      reloaded: () => undefined,
    });
  }

  /** Before a seal. */
  async stop(): Promise<void> {
    this.ended.abort(new Error('the service stops'));
    this.unsubscribe();
    await this.reindexing.stop();
    await this.checking?.catch(() => undefined);
    await this.saving;
    this.note = NOTHING_NOTED;
    this.ledger.load(NOTHING_NOTED);
  }

  /** Looks at the whole store while it is used. Who asks meanwhile gets the same answer. @returns `data` of `merkle-check`. */
  merkleCheck(): Promise<Readonly<Record<string, unknown>>> {
    this.checking ??= this.checkAll().finally(() => (this.checking = undefined));
    return this.checking;
  }

  /** Returns at once; the status tells how far it is. */
  reindex(options: ReindexOptions): void {
    this.reindexing.start(options);
  }

  /** Steps over the mutation that cannot be applied here, and remembers it. @throws {TidelockError} INVALID_REQUEST unless it is the one named. */
  async skipPoison(index: number): Promise<void> {
    const applier = this.stream()?.applier;
    if (applier === undefined) throw notSecondary();
    const { poison } = applier.status();
    if (poison === undefined) throw badRequest('there is no mutation that this cluster cannot apply');
    if (poison.index !== index)
      throw badRequest(`index must name the mutation that cannot be applied: ${poison.index}`);
    // On record first: a step that nobody remembers must not be taken.
    this.note = { ...this.note, skipped: [...this.note.skipped, { ...poison, at: this.parts.clock.now() }] };
    await this.write();
    await applier.skipPoison();
  }

  /** Begins following anew where it stands, a mutation that could not be applied included. */
  recover(): void {
    this.stream()?.restart('recover', false);
  }

  status(): HealingStatus {
    return healingStatus(this.note, !this.ledger.isEmpty, this.reindexing.status());
  }

  private async checkAll(): Promise<Readonly<Record<string, unknown>>> {
    const { store, clock } = this.parts;
    const found: BucketFinding[] = [];
    await walkBuckets(
      store.integrity,
      { authenticate: true },
      this.ended.signal,
      (findings) => void found.push(...findings),
    );
    const at = clock.now();
    this.note = { ...this.note, lastCheckAt: at };
    this.ledger.replace(found);
    this.save();
    const report = corruptionReport(found, store.merkle.root(), at);
    this.repairSoon(found);
    return report;
  }

  private async looked(findings: readonly BucketFinding[]): Promise<void> {
    this.ledger.add(findings);
    await this.repair.repairFound(findings);
    await this.repair.tryAgain();
  }

  private async reindexed(found: readonly BucketFinding[], damaged: readonly string[]): Promise<void> {
    this.note = { ...this.note, lastReindexAt: this.parts.clock.now() };
    const remaining = new Set(damaged);
    const left = found.map((finding) => ({
      ...finding,
      digestWrong: false,
      damaged: finding.damaged.filter((key) => remaining.has(key)),
    }));
    this.ledger.replace(left);
    this.save();
    await this.saving;
    this.repairSoon(found);
  }

  private repairSoon(findings: readonly BucketFinding[]): void {
    this.repair.repairFound(findings).catch((error: unknown) => {
      this.parts.logger.error('damage could not be repaired yet', { reason: reasonOf(error) });
    });
  }

  private write(): Promise<void> {
    return this.parts.store.transact(async ({ local }) =>
      writeHealingNote(local, { ...this.note, ...this.ledger.contents }),
    );
  }

  /** One after another; the last one writes what is true then. */
  private save(): void {
    const { logger } = this.parts;
    this.saving = this.saving
      .then(() => this.write())
      .catch((error: unknown) => logger.warn('what was found damaged could not be noted', { reason: reasonOf(error) }));
  }
}

/** Vault's number of the tree over replicated state. */
const REPLICATED_TREE = '1';

/**
 * `data` of `sys/replication/merkle-check` (API page "/sys/replication"): the tree is listed only when something in it is wrong, pages
 * by number with their subpages.
 *
 * @param root 40 hex digits.
 * @param at ms.
 */
function corruptionReport(
  findings: readonly BucketFinding[],
  root: string,
  at: number,
): Readonly<Record<string, unknown>> {
  return {
    merkle_corruption_report: {
      corrupted_root: false,
      corrupted_tree_map: findings.length === 0 ? {} : { [REPLICATED_TREE]: treeOf(findings, root) },
      last_corruption_check_epoch: rfc3339(at),
    },
  };
}

function treeOf(findings: readonly BucketFinding[], root: string) {
  const pages: Record<string, { corrupted: boolean; subpages: number[] }> = {};
  for (const { bucket } of findings)
    (pages[bucket >> 8] ??= { corrupted: false, subpages: [] }).subpages.push(bucket & 255);
  return {
    corrupted_index_tuples_map: pages,
    corrupted_subtree_root: false,
    root_hash: Buffer.from(root, 'hex').toString('base64'),
    tree_type: 'replicated',
  };
}
