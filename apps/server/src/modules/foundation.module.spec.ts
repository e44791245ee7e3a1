import 'reflect-metadata';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CLOCK, LOGGER } from '@tidelock/engine-api';
import { type Clock, type Logger, silentLogger, systemClock } from '@tidelock/kernel';
import type { Loggers } from '../logging/loggers';
import type { NodeSettings } from '../node/node-settings';
import { FoundationModule } from './foundation.module';

@Injectable()
class SomeEngine {
  constructor(
    @Inject(LOGGER) readonly logger: Logger,
    @Inject(CLOCK) readonly clock: Clock,
  ) {}
}

@Module({ providers: [SomeEngine] })
class SomeEngines {}

describe('FoundationModule', () => {
  it('gives engines the log and the clock that they ask for', async () => {
    const settings = { storage: { kind: 'inmem' } } as unknown as NodeSettings;
    const loggers = { get: () => silentLogger } as unknown as Loggers;
    const imports = [FoundationModule.register(settings, loggers), SomeEngines];
    const app = await NestFactory.createApplicationContext(
      { module: class {}, imports },
      { logger: false, abortOnError: false },
    );
    const engine = app.get(SomeEngine);
    expect(engine.clock).toBe(systemClock);
    expect(engine.logger.info).toEqual(expect.any(Function));
    await app.close();
  });
});
