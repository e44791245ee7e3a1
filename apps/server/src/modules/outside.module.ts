import { Global, Module } from '@nestjs/common';
import { MountTable } from '@tidelock/core/mounts';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { systemTimers } from '@tidelock/core/runtime';
import { CLOCK, LOGGER, Outside } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { STORE } from '../node/node-settings';

const providers = [
  { provide: Attempts, inject: [STORE], useFactory: (store: Store) => new Attempts(store) },
  {
    provide: OutsideRoom,
    inject: [STORE, Attempts, MountTable, CLOCK, LOGGER],
    useFactory: (store: Store, attempts: Attempts, table: MountTable, clock: Clock, logger: Logger) =>
      new OutsideRoom({
        store,
        attempts,
        mountOf: (unit, uuid) => table.mountIn(unit, uuid),
        timers: systemTimers,
        clock,
        logger,
      }),
  },
  { provide: Outside, useExisting: OutsideRoom },
];

/** What engines do outside the store. */
@Global()
@Module({ providers, exports: providers })
export class OutsideModule {}
