import type { FastifyRequest } from 'fastify';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';

/** A fault of ours outside the pipeline is an answer for the client, and a line in the log for whoever can repair it. */
export function reportFault(
  logger: Logger,
  { method, originalUrl: url }: Pick<FastifyRequest, 'method' | 'originalUrl'>,
  error: unknown,
): void {
  if (isTidelockError(error) && error.status < 500) return;
  logger.error('request failed', { method, path: url.split('?')[0] ?? '', reason: reasonOf(error) });
}
