import 'reflect-metadata';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CorsSettings } from '@tidelock/core/cors';
import { type IncomingRequest, RequestPipeline } from '@tidelock/core/pipeline';
import { LOGGER } from '@tidelock/engine-api';
import { type Logger, stringifyJson, TidelockError } from '@tidelock/kernel';
import type { FastifyInstance } from 'fastify';
import { WebUi } from '../ui/web-ui';
import { ApiController } from './api.controller';
import { EdgeErrorFilter, fastifyAdapter } from './fastify';
import { PublicListener } from './public-listener';

@Module({ controllers: [ApiController] })
class EdgeModule {}

/** Stands for the pipeline: answers what it was given. */
export const echo = {
  async run(request: IncomingRequest) {
    const {
      connection: _connection,
      headers: _headers,
      id: _id,
      gone: _gone,
      readBody,
      refusal,
      ...incoming
    } = request;
    if (incoming.path === 'fault') throw new Error('a fault of ours');
    if (incoming.path === 'denied') throw new TidelockError('PERMISSION_DENIED');
    if (refusal) throw refusal;
    const data = (await readBody?.(Infinity)) ?? incoming.data;
    if (incoming.path === 'nothing') return { status: 204, contentType: 'application/json', headers: {} };
    return { status: 200, body: stringifyJson({ ...incoming, data }), contentType: 'application/json', headers: {} };
  },
};

interface EdgeParts {
  readonly pipeline: Pick<RequestPipeline, 'run'>;
  readonly cors: object;
  readonly logger: Logger;
  /** Default: off. */
  readonly ui?: Pick<WebUi, 'answerTo'>;
}

/** The edge in front of what stands for the pipeline. @returns what listeners take, and the application to close. */
export async function openEdge({
  pipeline,
  cors,
  logger,
  ui = WebUi.off,
}: EdgeParts): Promise<{ readonly app: NestFastifyApplication; readonly router: FastifyInstance }> {
  const providers = [
    { provide: RequestPipeline, useValue: pipeline },
    { provide: LOGGER, useValue: logger },
    { provide: CorsSettings, useValue: cors },
    { provide: WebUi, useValue: ui },
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

export type ListeningEdge = Awaited<ReturnType<typeof listen>>;

/** The edge behind a listener with small limits. */
export async function listen(parts: EdgeParts) {
  const { app, router } = await openEdge(parts);
  const listener = new PublicListener(router, {
    host: '127.0.0.1',
    port: 0,
    tokenDemands: ['rekey'],
    maxRequestBytes: 1000,
    timeLimits: { header: 500, request: 1000 },
  });
  const { port } = await listener.listen();
  async function send(method: string, path: string, body?: string, headers: Record<string, string | string[]> = {}) {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers });
    request.end(body);
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return {
      status: response.statusCode as number,
      headers: response.headers,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  }
  const close = async (): Promise<void> => {
    await listener.close(100);
    await app.close();
  };
  return { port, send, close };
}
