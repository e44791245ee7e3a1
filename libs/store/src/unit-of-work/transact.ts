import { isTidelockError } from '@tidelock/kernel';
import type { TransactOptions } from '../ports/store';
import type { UnitOfWork } from '../ports/unit-of-work';

/** @see Store.transact */
export async function transact<T>(
  begin: () => UnitOfWork,
  work: (unit: UnitOfWork) => Promise<T>,
  { attempts = Infinity, commit = true }: TransactOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const unit = begin();
    try {
      const result = await work(unit);
      if (commit) await unit.commit();
      return result;
    } catch (error) {
      if (attempt >= attempts || !isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }
}
