import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/errors';
import type { ApiRequest } from '../api/request';
import { type Envelope, send } from '../api/send';
import { flashWarnings } from '../ui/flashes';
import { useToken } from './useToken';

interface ReadOptions {
  /** `false`: not asked yet. */
  readonly enabled?: boolean;
  /** Milliseconds after which a value that no page shows is forgotten; secrets: 0. */
  readonly gcTime?: number;
}

/** What the token of the session reads: asked once, and again behind each change. */
export function useRead<Answer>(request: ApiRequest, options: ReadOptions = {}) {
  const token = useToken();
  return useQuery({
    queryKey: ['read', request],
    queryFn: ({ signal }) => send<Answer>(request, { token, signal }),
    ...options,
  });
}

/** The names that are listed at a path. Nothing there is no name: the API says 404 for both. */
export function useList(path: string, options: ReadOptions = {}) {
  const token = useToken();
  return useQuery({
    queryKey: ['list', path],
    queryFn: ({ signal }) => fetchList(path, { token, signal }),
    ...options,
  });
}

/** As `useList`, for who asks many. */
export async function fetchList(path: string, options: Parameters<typeof send>[1]): Promise<readonly string[]> {
  try {
    const answer = await send<Envelope<{ readonly keys?: unknown }>>(
      { method: 'GET', path, query: { list: 'true' } },
      options,
    );
    const { keys } = answer.data;
    return Array.isArray(keys) ? keys.map(String) : [];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.isBare) return [];
    throw error;
  }
}

/**
 * Makes a change: its warnings are shown, and everything that is known is asked again. What was sent and answered, which
 * may be a secret, is forgotten with the form.
 */
export function useWrite<Answer = Envelope<unknown> | undefined>(onDone?: (answer: Answer) => void) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: ApiRequest) => send<Answer>(request, { token }),
    gcTime: 0,
    onSuccess: async (answer) => {
      flashWarnings((answer as Envelope<unknown> | undefined)?.warnings);
      await queries.invalidateQueries();
      onDone?.(answer);
    },
  });
}
