import { type DynamicModule, Module } from '@nestjs/common';
import { ApiController } from './http/api.controller';
import type { Loggers } from './logging/loggers';
import { CoreModule } from './modules/core.module';
import { EnginesModule } from './modules/engines.module';
import { FoundationModule } from './modules/foundation.module';
import { MetricsModule } from './modules/metrics.module';
import { PipelineModule } from './modules/pipeline.module';
import { ReplicationModule } from './modules/replication.module';
import { SealModule } from './modules/seal.module';
import { ServiceModule } from './modules/service.module';
import type { NodeSettings } from './node/node-settings';
import { UI_FOLDER } from './node/version';
import { WebUi } from './ui/web-ui';

/** One Tidelock node, from the ground up. */
@Module({ controllers: [ApiController] })
export class ServerModule {
  static register(settings: NodeSettings, loggers: Loggers): DynamicModule {
    return {
      module: ServerModule,
      providers: [{ provide: WebUi, useFactory: () => (settings.ui ? WebUi.from(UI_FOLDER) : WebUi.off) }],
      imports: [
        FoundationModule.register(settings, loggers),
        ReplicationModule,
        CoreModule,
        SealModule,
        MetricsModule,
        EnginesModule,
        PipelineModule,
        ServiceModule,
      ],
    };
  }
}
