import type { Api, ApiAnswer } from './api';

/** Vault's form for what its back ends refuse. */
export const multi = (text: string): string => `1 error occurred:\n\t* ${text}\n\n`;

/** A request that is refused: method, path, body, status, texts. */
export type Refusal = readonly [method: string, path: string, body: unknown, status: number, errors: readonly string[]];

export async function expectRefusal(api: Api, [method, path, body, status, errors]: Refusal): Promise<void> {
  const answer = await api.request(method, path, body);
  expect({ path, status: answer.status, body: answer.body }).toEqual({ path, status, body: { errors } });
}

/** Members of every enveloped answer, besides `data` doubled at the top level. */
export const ENVELOPE = [
  'request_id',
  'lease_id',
  'renewable',
  'lease_duration',
  'data',
  'wrap_info',
  'warnings',
  'auth',
  'mount_type',
];

/** 204: no body, no type. */
export const NOTHING = expect.objectContaining({ status: 204, text: '' }) as ApiAnswer;

/** 404 without anything to tell. */
export const NOT_FOUND = expect.objectContaining({ status: 404, body: { errors: [] } }) as ApiAnswer;

export const UUID = expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;

/** RFC 3339 with fractions. */
export const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/) as string;

/** The parameters of `auth` that every new service token has. */
export const authBlock = (differing: object) => ({
  client_token: expect.stringMatching(/^hvs\.[A-Za-z0-9]{24}$/),
  accessor: expect.any(String),
  policies: ['default'],
  token_policies: ['default'],
  metadata: null,
  lease_duration: 2764800,
  renewable: true,
  entity_id: '',
  token_type: 'service',
  orphan: false,
  mfa_requirement: null,
  num_uses: 0,
  ...differing,
});
