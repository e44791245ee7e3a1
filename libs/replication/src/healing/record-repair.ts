import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, TidelockError } from '@tidelock/kernel';
import type { BucketFinding } from '@tidelock/store';
import type { FollowedStream } from '@tidelock/stream';
import type { CopiesFromSecondaries } from './record-copies';
import type { DamageParts } from './damage-ledger';

/** A reader does not wait longer for its record than this, ms. */
const PATIENCE_MS = 10_000;

/** Repairs what is damaged here with what the primary has; on a primary, with what a secondary has. What cannot be repaired is reported and never served. */
export class RecordRepair {
  /** Records under way, so that a hundred readers ask once. */
  private readonly fetching = new Map<string, Promise<void>>();

  /** @param stream `undefined` where this cluster follows nobody. */
  constructor(
    private readonly parts: DamageParts,
    private readonly stream: () => FollowedStream | undefined,
    private readonly secondaryCopies: CopiesFromSecondaries,
  ) {}

  /**
   * For a reader whose record did not open.
   *
   * @throws {TidelockError} CORRUPT_RECORD when it cannot be had; its text names no key.
   */
  async healRead(key: string): Promise<void> {
    this.parts.ledger.addKey(key);
    if (this.stream() === undefined && (await this.secondaryCopies.comes(key))) return;
    if (this.stream() === undefined)
      throw new TidelockError(
        'CORRUPT_RECORD',
        'stored data failed authentication: the record is damaged and is not served',
      );
    try {
      await Promise.race([this.once(key), timeout()]);
    } catch (cause) {
      const text = `stored data failed authentication and could not be fetched anew from the primary cluster: ${reasonOf(cause)}`;
      throw new TidelockError('CORRUPT_RECORD', { text, cause });
    }
  }

  /** After a check. On a primary what was found stays known, and is asked for. */
  async repairFound(findings: readonly BucketFinding[]): Promise<void> {
    const { integrity, ledger, logger } = this.parts;
    const stream = this.stream();
    if (stream === undefined || findings.length === 0) return;
    const buckets = findings.map(({ bucket }) => bucket);
    await integrity.rebuild(buckets);
    ledger.remove([], buckets);
    const keys = findings.flatMap(({ damaged }) => damaged);
    if (keys.length > 0) await this.refetch(keys);
    logger.warn('damage was repaired from the primary', { buckets: buckets.length, records: keys.length });
    // A row that is gone, or came from nowhere, shows only beside the primary's.
    if (findings.some(({ digestWrong }) => digestWrong)) stream.restart('damage', true);
  }

  /** What could not be had before: the primary was away, or had not repaired its own. */
  async tryAgain(): Promise<void> {
    const { damaged } = this.parts.ledger.contents;
    if (damaged.length > 0 && this.stream() !== undefined) await this.refetch(damaged);
  }

  private once(key: string): Promise<void> {
    let flight = this.fetching.get(key);
    if (flight === undefined) {
      flight = this.refetch([key]).finally(() => this.fetching.delete(key));
      this.fetching.set(key, flight);
    }
    return flight;
  }

  private async refetch(keys: readonly string[]): Promise<void> {
    const { ledger, logger } = this.parts;
    const stream = this.stream();
    if (stream === undefined) throw new TidelockError('SEALED', 'no primary can be asked for damaged records');
    const unrepairable = await stream.repair(keys);
    const [reason] = unrepairable.values();
    ledger.remove(keys.filter((key) => !unrepairable.has(key)));
    if (reason !== undefined) throw new Error(reason);
    logger.warn('damaged records were fetched anew from the primary', { records: keys.length });
  }
}

async function timeout(): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { ref: false });
  throw new Error(`no answer within ${PATIENCE_MS / 1000} seconds`);
}
