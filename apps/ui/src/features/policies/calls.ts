import type { ApiRequest } from '../../api/request';
import type { Envelope } from '../../api/send';

export type PolicyAnswer = Envelope<{ readonly name?: unknown; readonly policy?: unknown }>;

/** The text of a policy. */
export const textIn = ({ data }: PolicyAnswer): string => (typeof data?.policy === 'string' ? data.policy : '');

/** Whose capabilities are asked for. */
export type Whose =
  | { readonly by: 'self' }
  | { readonly by: 'token'; readonly token: string }
  | { readonly by: 'accessor'; readonly accessor: string }
  | { readonly by: 'policies'; readonly policies: readonly string[] };

/** The server's own answer; a mere list of policies it cannot be asked about. */
export function capabilitiesRequest(whose: Whose, path: string): ApiRequest | undefined {
  const ask = (name: string, body: Readonly<Record<string, unknown>> = {}): ApiRequest => ({
    method: 'POST',
    path: `sys/${name}`,
    body: { paths: [path], ...body },
  });
  if (whose.by === 'self') return ask('capabilities-self');
  if (whose.by === 'token') return ask('capabilities', { token: whose.token });
  return whose.by === 'accessor' ? ask('capabilities-accessor', { accessor: whose.accessor }) : undefined;
}

/** Which policies it has. */
export function lookupRequest(whose: Whose): ApiRequest | undefined {
  if (whose.by === 'self') return { method: 'GET', path: 'auth/token/lookup-self' };
  if (whose.by === 'token') return { method: 'POST', path: 'auth/token/lookup', body: { token: whose.token } };
  if (whose.by === 'policies') return undefined;
  return { method: 'POST', path: 'auth/token/lookup-accessor', body: { accessor: whose.accessor } };
}
