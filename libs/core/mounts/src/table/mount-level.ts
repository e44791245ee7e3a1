import type { EngineOptions } from '@tidelock/engine-api';
import type { ForwardingLevel } from '@tidelock/kernel';

/** What a secondary must have to write what is in a mount of the engine: in the system, identity and auth methods lies who may do what. */
export const levelOfMount = ({
  kind,
  singleton = false,
}: Pick<EngineOptions, 'kind' | 'singleton'>): ForwardingLevel => (kind === 'secret' && !singleton ? 'data' : 'all');
