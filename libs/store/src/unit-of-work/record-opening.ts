import { isTidelockError } from '@tidelock/kernel';
import type { ValueSealing } from './value-sealing';

type Read = () => Promise<Buffer | undefined>;

/** Opens stored values, and has a damaged one repaired first where somebody can. */
export class RecordOpening {
  healer: ((key: string) => Promise<void>) | undefined;

  constructor(private readonly sealing: ValueSealing) {}

  /** @throws {TidelockError} SEALED, CORRUPT_RECORD, or what the healer says. */
  async open(key: string, read: Read): Promise<Buffer | undefined> {
    const sealed = await read();
    try {
      return sealed && this.sealing.openRecord(key, sealed);
    } catch (error) {
      if (this.healer === undefined || !isTidelockError(error, 'CORRUPT_RECORD')) throw error;
    }
    await this.healer(key);
    const repaired = await read();
    return repaired && this.sealing.openRecord(key, repaired);
  }
}
