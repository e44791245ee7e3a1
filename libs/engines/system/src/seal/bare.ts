import type { EngineResponse, PathOptions } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';

/** An answer without Vault's envelope, as the start-up endpoints give it. */
export const bare = (data: Readonly<Record<string, unknown>>, status = 200): EngineResponse => ({
  bare: true,
  data,
  status,
});

/** Served by this cluster itself, without a token and without an envelope. */
export const OPEN = { unauthenticated: true, localOnly: true, bare: true } as const satisfies Partial<PathOptions>;

/** `OPEN`, and before the service is up; audit devices are not, then. */
export const BEFORE_UNSEAL = { ...OPEN, whileSealed: true, unaudited: true } as const satisfies Partial<PathOptions>;

/** Shares are handed out in the clear: refusing is better than letting a client believe that its key was used. */
export function refusePgp(names: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  for (const [name, value] of Object.entries(names)) {
    if (value !== undefined && value.length > 0)
      throw badRequest(`${name} is not supported: this server does not encrypt keys with PGP`);
  }
}
