import type { Connection, EngineResponse } from '@tidelock/engine-api';
import { isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';
import type {
  ForwardedAnswer,
  ForwardedCaller,
  ForwardedOutcome,
  IncomingRequest,
  RequestContext,
} from '@tidelock/core/pipeline';
import { type CallFailure, errorOf, type PrimaryUnreachable, type ReplicationNode } from '@tidelock/replication';

/** A request on its way to the primary. The client token stays behind: who calls has been found out already. */
export interface ForwardedRequest
  extends Pick<IncomingRequest, 'id' | 'operation' | 'path' | 'data' | 'bytes' | 'headers'>, Connection {
  /** States that the primary must have, too, where its answer is wanted for their sake. */
  readonly requiredStates?: readonly string[];
  readonly caller?: ForwardedCaller;
  /** The secondary wraps the answer; the primary's policies may ask for it. */
  readonly wrapTtlSeconds?: number;
}

/** The longest that a client waits for the primary's answer: 503 within 10 s, and nothing is done after it. */
const PATIENCE_MS = 9500;
/** Of a change. The primary may have made it before it fell silent; it does not make it from now on. */
const FATE = { unknown: '; whether the change took effect is not known', 'not done': '; nothing was done' };
const READS: ReadonlySet<string> = new Set(['read', 'list', 'help']);
/** Headers that are for this cluster, or secret. */
const KEPT_BACK = new Set([
  'x-vault-token',
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-vault-wrap-ttl',
  'x-vault-index',
  'x-vault-inconsistent',
  'x-vault-forward',
  'host',
  'content-length',
  'connection',
]);

/**
 * Has the primary run the request. Where its answer is lost, the primary is asked for it once more.
 *
 * @param lost told of a request that the primary may have done, and whose answer is not there in time.
 * @throws {TidelockError} the primary's own error, or FORWARDING_FAILED.
 */
export async function forwardToPrimary(
  node: Pick<ReplicationNode, 'callPrimary'>,
  context: RequestContext,
  lost: () => void,
): Promise<ForwardedAnswer> {
  const end = performance.now() + PATIENCE_MS;
  try {
    const options = { timeoutMilliseconds: PATIENCE_MS, atMostOnce: true };
    const reply = await node.callPrimary<ForwardedOutcome>('forward', requestOf(context), options);
    return { response: responseOf(reply), index: reply.index };
  } catch (error) {
    if (!isTidelockError(error, 'PRIMARY_UNREACHABLE')) throw error;
    const mayBeDone = (error as Partial<PrimaryUnreachable>).mayBeDone === true;
    const reply = mayBeDone ? await lostReply(node, context, end - performance.now()) : 'not done';
    if (typeof reply === 'object') return { response: responseOf(reply), index: reply.index };
    if (reply === 'unknown') lost();
    const fate = READS.has(context.incoming.operation) ? '' : FATE[reply];
    const text = `failed to forward request to the primary cluster: ${reasonOf(error.cause ?? error)}${fate}`;
    throw new TidelockError('FORWARDING_FAILED', { text, cause: error });
  }
}

/** @returns `unknown` where it is not to be had now. @throws what the primary has refused the request with. */
async function lostReply(
  node: Pick<ReplicationNode, 'callPrimary'>,
  { incoming }: RequestContext,
  milliseconds: number,
): Promise<ForwardedOutcome | 'unknown' | 'not done'> {
  if (milliseconds <= 0) return 'unknown';
  const { reply = 'unknown', failed } = await outcomeOf(node, incoming, milliseconds).catch((): KeptOutcome => ({}));
  if (!failed) return reply;
  const error = errorOf(failed);
  // The primary had noticed that the connection was cut.
  if (isTidelockError(error, 'FORWARDED_TOO_LATE')) return 'not done';
  throw error;
}

/** Of a request that the primary was sent; neither: it knows nothing of it. */
interface KeptOutcome {
  readonly reply?: ForwardedOutcome;
  /** What the request failed with there. */
  readonly failed?: CallFailure;
}

/**
 * What the primary keeps of a request that it was sent: nothing is done by this.
 *
 * @throws what the call throws: UNSUPPORTED_PATH on a primary of an earlier build.
 */
export async function outcomeOf(
  node: Pick<ReplicationNode, 'callPrimary'>,
  { id, path }: Pick<IncomingRequest, 'id' | 'path'>,
  timeoutMilliseconds: number,
): Promise<KeptOutcome> {
  return node.callPrimary<KeptOutcome>('forward-outcome', { id, path }, { timeoutMilliseconds });
}

function requestOf({ incoming, caller, onPrimary }: RequestContext): ForwardedRequest {
  const { id, operation, path, data, bytes, headers, connection, wrap } = incoming;
  return {
    id,
    operation,
    path,
    data,
    ...(bytes && { bytes }),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !KEPT_BACK.has(name))),
    remoteAddress: connection.remoteAddress,
    remotePort: connection.remotePort,
    ...(connection.peerCertificate && { peerCertificate: connection.peerCertificate }),
    ...(onPrimary && { requiredStates: incoming.requiredStates }),
    ...(wrap && { wrapTtlSeconds: wrap.ttlSeconds }),
    ...(caller && { caller: vouchedFor(caller) }),
  };
}

/** Names, no more: token and accessor are handles to what lives on this cluster only. */
const vouchedFor = ({ displayName, policies, entityId, metadata }: ForwardedCaller): ForwardedCaller => ({
  displayName,
  policies,
  entityId,
  metadata,
});

/** What the pipeline of the secondary goes on with: the handler's answer as if it had run here. */
function responseOf({ response, warnings }: ForwardedOutcome): EngineResponse | undefined {
  if (response === undefined || response === null) return warnings.length > 0 ? { warnings } : undefined;
  return { ...response, warnings };
}
