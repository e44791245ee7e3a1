import { Global, Module } from '@nestjs/common';
import { MountTable } from '@tidelock/core/mounts';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { systemTimers } from '@tidelock/core/runtime';
import { Outside } from '@tidelock/engine-api';
import { made } from './made';

const providers = [
  made(Attempts, {}, ({ store }) => new Attempts(store)),
  made(
    OutsideRoom,
    { attempts: Attempts, table: MountTable },
    ({ table, ...parts }) =>
      new OutsideRoom({ ...parts, mountOf: (unit, uuid) => table.mountIn(unit, uuid), timers: systemTimers }),
  ),
  { provide: Outside, useExisting: OutsideRoom },
];

/** What engines do outside the store. */
@Global()
@Module({ providers, exports: providers })
export class OutsideModule {}
