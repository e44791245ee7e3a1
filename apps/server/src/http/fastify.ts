import { METHODS } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { errorAnswer } from '@tidelock/core/pipeline';
import { type Logger, TidelockError } from '@tidelock/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import { writeAnswer } from './answer-writer';
import { LIST_STAND_IN } from './list-verb';
import { reportFault } from './report-fault';

/** What Fastify refuses before the pipeline sees it. */
interface EdgeError {
  readonly statusCode?: number;
  /** Nest's name for it. */
  readonly status?: number;
}

/** Fastify as the edge needs it: LIST routed, bodies of any type left unread. */
export function fastifyAdapter(logger: Logger): FastifyAdapter {
  const options: FastifyServerOptions = {
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (error, _request, reply) => refuse(reply, error, logger),
    // There is one route. The router's decoder refuses what the pipeline is to refuse, and takes its time with a path that is all percent signs.
    rewriteUrl: ({ url = '' }) => (url.startsWith('/') ? url.replace(/^[^?]*%[^?]*/, '/') : url),
  };
  const adapter = new FastifyAdapter(options as never) as FastifyAdapter;
  const fastify = adapter.getInstance();
  // All that Node reads: what the API does not have, the pipeline refuses.
  // The pipeline reads bodies, once it knows who calls. To Fastify there are none: it would look at the content type first.
  for (const method of [...METHODS, LIST_STAND_IN])
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  return adapter;
}

/** The edge's one route declares no schema. Without this Fastify loads its compilers for schemas, which are many files. */
function noSchema(): never {
  throw new Error('no route has a schema');
}

/** Gives the edge's own refusals Vault's form. */
@Catch()
export class EdgeErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: EdgeError, host: ArgumentsHost): void {
    refuse(host.switchToHttp().getResponse<FastifyReply>(), error, this.logger);
  }
}

function refuse(reply: FastifyReply, error: EdgeError, logger: Logger): void {
  const known = inOurWords(error);
  reportFault(logger, reply.request, known);
  reply.hijack();
  void writeAnswer(reply.request.raw, reply.raw, errorAnswer(known));
}

function inOurWords(error: EdgeError): unknown {
  const status = error.statusCode ?? error.status ?? 500;
  return status < 500 ? new TidelockError('INVALID_REQUEST', { status }) : error;
}
