import type { IncomingMessage } from 'node:http';
import type { TokenDemand } from '@tidelock/engine-api';
import type { ResponseHeaders } from './response-headers';

/** What a listener says about the requests that come in over it. */
export interface ListenerTerms {
  /** The largest body, in bytes; 32 MiB by default. */
  readonly maxRequestBytes?: number;
  /** `unauthenticated_metrics_access`: `sys/metrics` without a token. */
  readonly openMetrics?: boolean;
  /** `disable_unauthed_…_endpoints`: what takes a token here, although it works without one. */
  readonly tokenDemands?: readonly TokenDemand[];
  /** `require_request_header`: what comes without `X-Vault-Request: true` is refused. */
  readonly requireRequestHeader?: boolean;
  /** `custom_response_headers`. */
  readonly responseHeaders?: ResponseHeaders;
}

const arrivals = new WeakMap<IncomingMessage, ListenerTerms>();

export const markArrival = (request: IncomingMessage, terms: ListenerTerms): void => void arrivals.set(request, terms);

export const termsOf = (request: IncomingMessage): ListenerTerms => arrivals.get(request) ?? {};
