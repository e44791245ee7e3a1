import { badRequest, reasonOf } from '@tidelock/kernel';
import { type BucketFinding, BUCKETS } from '@tidelock/store';
import { walkBuckets } from './bucket-walk';
import type { DamageParts } from './damage-ledger';
import type { ReindexStatus } from './healing-note';

/** As the operator gave them. A tree lock that could be held shorter by `skip_flush` does not exist: it changes nothing. */
export interface ReindexOptions {
  /** Open every value, too. */
  readonly diff: boolean;
  /** Rebuild every bucket, whatever it looks like. */
  readonly force: boolean;
}

/** Vault's names of the stages of a reindex. */
type Stage = 'scanning' | 'building' | 'committing';

interface Progress {
  readonly stage: Stage;
  readonly done: number;
  readonly total: number;
}

/** Makes buckets and digests true to the stored records, in steps between which requests are served: on a primary, too. */
export class Reindex {
  private progress: Progress | undefined;
  private running: Promise<void> = Promise.resolve();
  private ended = new AbortController();

  /** @param finished everything is rebuilt; `damaged`: what was found in it that no rebuilding repairs. */
  constructor(
    private readonly parts: Pick<DamageParts, 'integrity' | 'logger'>,
    private readonly finished: (found: readonly BucketFinding[], damaged: readonly string[]) => Promise<void>,
  ) {}

  /** Returns at once. @throws {TidelockError} INVALID_REQUEST while one is under way. */
  start(options: ReindexOptions): void {
    if (this.progress !== undefined) throw badRequest('a reindex is already in progress');
    this.ended = new AbortController();
    this.progress = { stage: 'scanning', done: 0, total: BUCKETS };
    this.running = this.run(options)
      .catch((error: unknown) =>
        this.parts.logger.error('the reindex ended early; start it again', { reason: reasonOf(error) }),
      )
      .finally(() => (this.progress = undefined));
  }

  async stop(): Promise<void> {
    this.ended.abort(new Error('the service stops'));
    await this.running;
  }

  status(): ReindexStatus {
    if (this.progress === undefined) return { reindex_in_progress: false };
    const { stage, done, total } = this.progress;
    return {
      reindex_in_progress: true,
      reindex_stage: stage,
      reindex_building_progress: done,
      reindex_building_total: total,
    };
  }

  private async run({ diff, force }: ReindexOptions): Promise<void> {
    const { integrity, logger } = this.parts;
    const found: BucketFinding[] = [];
    await walkBuckets(integrity, { authenticate: diff }, this.ended.signal, (findings, done) => {
      found.push(...findings);
      this.progress = { stage: 'scanning', done, total: BUCKETS };
    });
    const buckets = force ? Array.from({ length: BUCKETS }, (_, bucket) => bucket) : found.map(({ bucket }) => bucket);
    const damaged = await this.build(buckets);
    this.progress = { stage: 'committing', done: buckets.length, total: buckets.length };
    await this.finished(found, damaged);
    logger.info('the merkle tree was rebuilt from the records', { buckets: buckets.length, damaged: damaged.length });
  }

  private async build(buckets: readonly number[]): Promise<string[]> {
    const STEP = 16;
    const damaged: string[] = [];
    for (let at = 0; at < buckets.length; at += STEP) {
      this.ended.signal.throwIfAborted();
      this.progress = { stage: 'building', done: at, total: buckets.length };
      damaged.push(...(await this.parts.integrity.rebuild(buckets.slice(at, at + STEP))));
    }
    return damaged;
  }
}
