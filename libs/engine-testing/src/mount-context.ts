import type { MountContext, RequestScope, StorageView } from '@tidelock/engine-api';
import { silentLogger, systemClock } from '@tidelock/kernel';
import { mountView } from './engine-request';
import { MemoryStorage } from './memory-storage';

/** What an engine's `open` and its tasks are given: a mount that is written here. @param storage what `read` and `transact` give. */
export const mountContext = (
  more: Partial<MountContext> = {},
  storage: StorageView = new MemoryStorage(),
): MountContext => ({
  mount: mountView('kv'),
  logger: silentLogger,
  clock: systemClock,
  signal: new AbortController().signal,
  writes: 'here',
  read: (work) => work(storage),
  transact: (work) => work(storage, {} as RequestScope),
  ...more,
});
