import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CorsSettings } from '@tidelock/core/cors';
import { RequestPipeline } from '@tidelock/core/pipeline';
import type { Logger } from '@tidelock/kernel';
import type { FastifyInstance } from 'fastify';
import { LOGGER } from '../node/node-settings';
import { ApiController } from './api.controller';
import { EdgeErrorFilter, fastifyAdapter } from './fastify';

@Module({ controllers: [ApiController] })
class EdgeModule {}

/** The edge in front of what stands for the pipeline. @returns what listeners take, and the application to close. */
export async function openEdge({
  pipeline,
  cors,
  logger,
}: {
  readonly pipeline: Pick<RequestPipeline, 'run'>;
  readonly cors: object;
  readonly logger: Logger;
}): Promise<{ readonly app: NestFastifyApplication; readonly router: FastifyInstance }> {
  const providers = [
    { provide: RequestPipeline, useValue: pipeline },
    { provide: LOGGER, useValue: logger },
    { provide: CorsSettings, useValue: cors },
  ];
  const adapter = fastifyAdapter(logger);
  const app = await NestFactory.create<NestFastifyApplication>({ module: EdgeModule, providers }, adapter, {
    logger: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new EdgeErrorFilter(logger));
  await app.init();
  const router = adapter.getInstance() as unknown as FastifyInstance;
  await router.ready();
  return { app, router };
}
