import type { IncomingMessage } from 'node:http';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { CorsSettings } from '@tidelock/core/cors';
import { type Answer, errorAnswer, RequestPipeline } from '@tidelock/core/pipeline';
import { LOGGER } from '@tidelock/engine-api';
import { type Logger, TidelockError } from '@tidelock/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeAnswer } from './answer-writer';
import { termsOf } from './arrival';
import { redirectOf } from './clean-path';
import { crossOriginOf } from './cross-origin';
import { reportFault } from './report-fault';
import { WebUi } from '../ui/web-ui';
import { API_PREFIX, readRequest } from './request-reader';

/**
 * A server that is tricked into sending a request (SSRF) seldom can be made to set a header: a listener may demand one.
 *
 * @throws {TidelockError} 412, as Vault's agent answers.
 */
function requireRequestHeader(request: IncomingMessage): void {
  if (!termsOf(request).requireRequestHeader || request.headers['x-vault-request'] === 'true') return;
  throw new TidelockError('INVALID_REQUEST', { status: 412, text: 'missing "X-Vault-Request" header' });
}

/** The one route: what a path of the API means is declared by its engine, not here. */
@Controller()
export class ApiController {
  constructor(
    private readonly pipeline: RequestPipeline,
    private readonly cors: CorsSettings,
    private readonly ui: WebUi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @All('*')
  async serve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { answer: ofOrigin, headers } = await crossOriginOf(request.raw, this.cors);
    const answer = ofOrigin ?? (await this.answer(request, reply));
    reply.hijack();
    const whole = headers ? { ...answer, headers: { ...answer.headers, ...headers } } : answer;
    await writeAnswer(request.raw, reply.raw, whole).catch((error: unknown) =>
      reportFault(this.logger, request, error),
    );
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
    try {
      // The address of the raw request is the router's: a path with percent signs is `/` there.
      const { method, originalUrl: url, headers } = request;
      const page = this.ui.answerTo({ method, url, headers });
      if (page) return page;
      requireRequestHeader(request.raw);
      const redirect = redirectOf(method, url);
      if (redirect) return redirect;
      if (!url.startsWith(API_PREFIX)) throw new TidelockError('NOT_FOUND');
      return await this.pipeline.run(readRequest(request, reply.raw));
    } catch (error) {
      reportFault(this.logger, request, error);
      return errorAnswer(error);
    }
  }
}
