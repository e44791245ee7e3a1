import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { RunningPart, systemTimers } from '@tidelock/core/runtime';
import { CLOCK, LOGGER, LogLevelService, TaskService } from '@tidelock/engine-api';
import { type Clock, type Logger, systemClock } from '@tidelock/kernel';
import { openStore, StoreFigures } from '@tidelock/store';
import type { Loggers } from '../logging/loggers';
import { OutageLogger } from '../logging/outage-logger';
import { openPatiently } from '../node/open-patiently';
import { type NodeSettings, REPLICATION_LOGGER, SETTINGS, STORE } from '../node/node-settings';

/** What everything stands on: settings, log, clock, barrier, store. */
@Global()
@Module({})
export class FoundationModule {
  static register(settings: NodeSettings, loggers: Loggers): DynamicModule {
    const logger = loggers.get('storage');
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: LogLevelService, useValue: loggers },
      { provide: LOGGER, useValue: new OutageLogger(loggers.get('core')) },
      { provide: REPLICATION_LOGGER, useValue: new OutageLogger(loggers.get('replication')) },
      { provide: CLOCK, useValue: systemClock },
      {
        provide: RunningPart,
        inject: [LOGGER],
        useFactory: (logger: Logger) => RunningPart.root('node', { timers: systemTimers, clock: systemClock, logger }),
      },
      { provide: TaskService, useExisting: RunningPart },
      { provide: Barrier, useFactory: () => new Barrier({ keepOpened: settings.cacheDecrypted }) },
      { provide: StoreFigures, useFactory: () => new StoreFigures() },
      // The store's own lines are the ones that say that its database is away.
      {
        provide: STORE,
        inject: [Barrier, CLOCK, StoreFigures],
        useFactory: (barrier: Barrier, clock: Clock, observer: StoreFigures) => {
          const open = () => openStore(settings.storage, barrier, { logger, clock, observer });
          return openPatiently(settings.storage, open, { logger });
        },
      },
    ];
    return { module: FoundationModule, providers, exports: providers };
  }
}
