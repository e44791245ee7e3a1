import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Json } from './api';

/** What a server says to a body that is announced as `bytes` long, before it has been sent. @returns status and parsed body. */
export async function answerToBodyOf(
  bytes: number,
  address: string,
  path: string,
  token: string,
): Promise<[number | undefined, Json]> {
  const request = httpRequest(`${address}/v1/${path}`, {
    method: 'POST',
    headers: { 'X-Vault-Token': token, 'Content-Length': bytes },
  });
  // The server may hang up while the rest is on its way.
  request.on('error', () => {});
  request.write('{"a":"');
  const [response] = await once(request, 'response', { signal: AbortSignal.timeout(20_000) });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  request.destroy();
  return [response.statusCode, JSON.parse(text)];
}
