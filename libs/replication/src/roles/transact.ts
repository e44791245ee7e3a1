import { isTidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';

/** Reads and writes in one transaction, anew when another commit has overtaken it. */
export async function transact<T>(store: Pick<Store, 'begin'>, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  for (;;) {
    const unit = store.begin();
    const result = await work(unit);
    try {
      await unit.commit();
      return result;
    } catch (error) {
      if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }
}
