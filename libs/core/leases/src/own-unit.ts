import { isTidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';

const ATTEMPTS = 8;

/** Does the work in a unit of its own and commits it; again from the start when another commit was faster. */
export async function inOwnUnit<T>(store: Pick<Store, 'begin'>, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const unit = store.begin();
    try {
      const result = await work(unit);
      if (!unit.isEmpty) await unit.commit();
      return result;
    } catch (error) {
      if (!isTidelockError(error, 'WRITE_CONFLICT') || attempt === ATTEMPTS) throw error;
    }
  }
}
