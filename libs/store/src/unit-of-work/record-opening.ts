import { isTidelockError } from '@tidelock/kernel';
import type { ValueSealing } from './value-sealing';

type Read = () => Promise<Buffer | undefined>;

/** Opens stored values, and has a damaged one repaired first where somebody can. */
export class RecordOpening {
  healer: ((key: string) => Promise<void>) | undefined;

  constructor(
    private readonly sealing: ValueSealing,
    /** Resolves when the commit under way, if any, is known to its subscribers. */
    private readonly known: () => Promise<void> | undefined,
  ) {}

  /** @throws {TidelockError} SEALED, UNKNOWN_TERM, CORRUPT_RECORD, or what the healer says. */
  async open(key: string, read: Read): Promise<Buffer | undefined> {
    // A keyring that is committed with what it seals is in use only behind the commit, which a reader may see sooner.
    for (const remedy of [this.known, this.healer]) {
      const sealed = await read();
      try {
        return sealed && this.sealing.openRecord(key, sealed);
      } catch (error) {
        if (remedy === undefined || !isTidelockError(error, 'CORRUPT_RECORD')) throw error;
      }
      await remedy(key);
    }
    const repaired = await read();
    return repaired && this.sealing.openRecord(key, repaired);
  }
}
