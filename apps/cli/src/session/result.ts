import { type ApiClient, ApiError, type ApiResponse, type RequestOptions } from '@tidelock/client';
import { secretOf } from '../output/secret';

/**
 * Sends a read or list. A 404 without errors is "nothing there", and one with data or warnings (a deleted version) is a
 * result: neither is a failure.
 *
 * @throws {ApiError} on any other status of 400 and more.
 */
export async function sendForResult(
  client: ApiClient,
  method: 'GET' | 'LIST',
  path: string,
  options: RequestOptions = {},
): Promise<ApiResponse> {
  try {
    return await client.request(method, path, options);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.errors.length === 0) {
      return { status: 404, headers: {}, text: '', body: error.body };
    }
    throw error;
  }
}

/** Whether the answer holds anything. */
export function isFound({ status, body }: ApiResponse): boolean {
  const { data, warnings } = secretOf(body) ?? {};
  if (status === 404) return isFilled(warnings) || (isFilled(data) && !('errors' in (data as object)));
  return body !== undefined;
}

const isFilled = (value: object | null | undefined): boolean => Object.keys(value ?? {}).length > 0;
