import {
  type EngineRequest,
  type KeyHolder,
  type PathOptions,
  type PolicyService,
  StringField,
  type TokenDemand,
} from '@tidelock/engine-api';
import { OPEN } from './bare';

/** Takes no token, unless the listener demands one for `generate-root` or `rekey`; then one with `sudo`. */
export const openUnless = (tokenDemand: TokenDemand): typeof OPEN & Partial<PathOptions> => ({
  ...OPEN,
  tokenDemand,
  sudo: true,
});

export class CancelBody {
  @StringField({ description: 'Names what is to be cancelled. Not needed with a token that has sudo.' }) nonce = '';
}

/** Who takes part, as far as a token that was sent along tells. */
export async function keyHolderOf(
  { id, caller, subject, connection, mount, path }: EngineRequest<object>,
  policies: PolicyService,
): Promise<KeyHolder> {
  const trusted = subject !== undefined && (await policies.hasSudo(subject, mount.path + path));
  return {
    remoteAddress: connection.remoteAddress,
    trusted,
    requestId: id,
    ...(caller && { caller: { displayName: caller.displayName, accessor: caller.accessor } }),
  };
}
