import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import type { StoreAdmin } from '@tidelock/store';

const SIGN_OF_LIFE_MS = 1000;
const RETRY_MS = 500;

/** The right to write to the storage: it is acquired again where it was lost. It outlives what is opened over it. */
export class StoreSession implements Part {
  readonly name = 'session';
  readonly tasks: readonly Task[];
  private readonly acquiring: Task = {
    name: 'acquire',
    retry: { first: RETRY_MS, longest: RETRY_MS },
    run: (signal) => unlessEnded(signal, this.store.tenure.acquire()),
  };
  private stopListening: (() => void) | undefined;

  constructor(private readonly store: Pick<StoreAdmin, 'tenure' | 'storageType'>) {
    const { tenure, storageType } = store;
    const signOfLife: Task = {
      name: 'sign-of-life',
      every: SIGN_OF_LIFE_MS,
      run: (signal) => unlessEnded(signal, tenure.check()),
    };
    // Nobody takes a file's lock away.
    this.tasks = storageType === 'postgresql' ? [this.acquiring, signOfLife] : [this.acquiring];
  }

  start(life: Life): void {
    this.stopListening = this.store.tenure.onLost(() => life.wake(this.acquiring));
  }

  stop(): void {
    this.stopListening?.();
  }
}
