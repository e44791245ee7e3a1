import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { type Logger, systemClock } from '@tidelock/kernel';
import { openStore } from '@tidelock/store';
import { openPatiently } from '../node/open-patiently';
import { CLOCK, LOGGER, type NodeSettings, SETTINGS, STORE } from '../node/node-settings';

/** What everything stands on: settings, log, clock, barrier, store. */
@Global()
@Module({})
export class FoundationModule {
  static register(settings: NodeSettings, logger: Logger): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: CLOCK, useValue: systemClock },
      { provide: Barrier, useFactory: () => new Barrier({ keepOpened: settings.cacheDecrypted }) },
      { provide: STORE, inject: [Barrier], useFactory: (barrier: Barrier) => openPatiently(settings.storage, () => openStore(settings.storage, barrier, { logger }), { logger }) },
    ];
    return { module: FoundationModule, providers, exports: providers };
  }
}
