import type { Envelope } from '../../api/send';
import { useRead } from '../../session/read';
import { LOOKUP_SELF, type TokenAnswer } from './calls';

/** The token of this session. */
export const useOwnToken = () => useRead<Envelope<TokenAnswer | null>>(LOOKUP_SELF, { gcTime: 0 });

/** A batch token has none. */
export function accessorIn(token: TokenAnswer | null | undefined): string | undefined {
  const accessor = token?.accessor;
  return typeof accessor === 'string' && accessor !== '' ? accessor : undefined;
}
