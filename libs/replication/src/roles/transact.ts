import { isTidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';

/** Does it again when another commit has overtaken it. */
export async function untilNotOvertaken<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }
}

/** Reads and writes in one transaction. */
export function transact<T>(store: Pick<Store, 'begin'>, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  return untilNotOvertaken(async () => {
    const unit = store.begin();
    const result = await work(unit);
    await unit.commit();
    return result;
  });
}
