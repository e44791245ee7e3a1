import type { ApiRequest } from '../../api/request';

const order = (path: string, body: Readonly<Record<string, unknown>>): ApiRequest => ({ method: 'POST', path, body });

export const wrap = (data: Readonly<Record<string, unknown>>, wrapTtl: string): ApiRequest => ({
  ...order('sys/wrapping/wrap', data),
  wrapTtl: wrapTtl.trim() || DEFAULT_WRAP_TTL,
});

/** Wrapping has no default of its own: without a time nothing is wrapped. */
export const DEFAULT_WRAP_TTL = '30m';

export const lookUp = (token: string): ApiRequest => order('sys/wrapping/lookup', { token: token.trim() });
export const unwrap = (token: string): ApiRequest => order('sys/wrapping/unwrap', { token: token.trim() });
export const rewrap = (token: string): ApiRequest => order('sys/wrapping/rewrap', { token: token.trim() });

export const random = (bytes: number, format: string): ApiRequest => order('sys/tools/random', { bytes, format });

export interface HashOrder {
  readonly input: string;
  /** It is base64 already; else it is a text. */
  readonly isBase64: boolean;
  readonly algorithm: string;
  readonly format: string;
}

export const hash = ({ input, isBase64, algorithm, format }: HashOrder): ApiRequest =>
  order('sys/tools/hash', { input: isBase64 ? input.replace(/\s/g, '') : base64Of(input), algorithm, format });

const base64Of = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

export const ALGORITHMS = ['sha2', 'sha3'].flatMap((family) =>
  ['224', '256', '384', '512'].map((size) => `${family}-${size}`),
);
