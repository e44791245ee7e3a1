import type { StoreLocation } from '@tidelock/store';
import { describeJournal } from './journal.contract';
import { describeStore as describeWork } from './store.contract';
import { describeStoreConflicts } from './store-conflicts.contract';
export { describeDurability } from './store-durability.contract';
import { describeStoreFaults } from './store-faults.contract';
import { describeStoreReplacement } from './store-replacement.contract';
import { describeStoreTerm } from './store-term.contract';
import { describeStoreViews } from './store-views.contract';
import { describeStoreIntegrity } from './store-integrity.contract';
import { describeStoreRows } from './store-rows.contract';

/** What every store must do, whatever lies below it. `place` names a new, empty location at each call. */
export function describeStore(name: string, place: () => Promise<StoreLocation>): void {
  describeWork(name, place);
  describeStoreConflicts(name, place);
  describeJournal(name, place);
  describeStoreFaults(name, place);
  describeStoreReplacement(name, place);
  describeStoreViews(name, place);
  describeStoreIntegrity(name, place);
  describeStoreRows(name, place);
  describeStoreTerm(name, place);
}
