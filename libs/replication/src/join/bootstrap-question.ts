import { CallBody } from '../cluster-port/call-body';
import { recipientKeyIn } from '../keys/recipient-key';
import type { BootstrapQuestion } from './bundle';

/** What a joiner sent, and nothing besides. @throws {TidelockError} INVALID_REQUEST when it is no question of a joiner. */
export async function bootstrapQuestionIn(sent: unknown): Promise<BootstrapQuestion> {
  const body = new CallBody('a body of bootstrap', sent);
  const broker = body.has('broker') ? body.body('broker') : undefined;
  return {
    publicKey: { ...(await recipientKeyIn(body.members['publicKey'])) },
    rotationKey: { ...(await recipientKeyIn(body.members['rotationKey'])) },
    signingKey: body.text('signingKey'),
    signingProof: body.text('signingProof'),
    development: body.flag('development'),
    ...(broker && { broker: broker.has('principal') ? { principal: broker.text('principal') } : {} }),
  };
}
