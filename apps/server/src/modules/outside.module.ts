import { Global, Module } from '@nestjs/common';
import { MountTable } from '@tidelock/core/mounts';
import { OutsideRoom } from '@tidelock/core/outside';
import { systemTimers } from '@tidelock/core/runtime';
import { CLOCK, LOGGER, Outside } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { STORE } from '../node/node-settings';

const providers = [
  {
    provide: OutsideRoom,
    inject: [STORE, MountTable, CLOCK, LOGGER],
    useFactory: (store: Store, table: MountTable, clock: Clock, logger: Logger) =>
      new OutsideRoom({
        store,
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
