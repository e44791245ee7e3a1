import type { SealConfig } from '@tidelock/seals/shamir';
import { isTidelockError } from '@tidelock/kernel';
import type { Store, StoreAdmin } from '@tidelock/store';
import { readSealConfig } from './seal-records';

/** The seal configuration, also while the storage is away: whether a cluster is initialised does not change by that. */
export class LastSealConfig {
  private last: { readonly config: SealConfig | undefined } | undefined;

  constructor(private readonly store: Pick<Store, 'replicated'> & Pick<StoreAdmin, 'tenure'>) {}

  /** @throws {TidelockError} CORRUPT_RECORD; STORAGE_UNAVAILABLE when it was never read. */
  async read(): Promise<SealConfig | undefined> {
    if (this.last !== undefined && this.store.tenure.refusal() !== undefined) return this.last.config;
    try {
      this.last = { config: await readSealConfig(this.store.replicated) };
    } catch (error) {
      if (this.last === undefined || !isTidelockError(error, 'STORAGE_UNAVAILABLE')) throw error;
    }
    return this.last.config;
  }
}
