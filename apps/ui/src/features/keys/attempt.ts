import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import { send } from '../../api/send';
import { useSession, useToken } from '../../session/useToken';

const ASKED_MS = 5000;

/**
 * How far the holders of the keys have come: others give theirs elsewhere. It is asked without a token, like every poll;
 * with one where the listener demands it. That would use up a token that is counted: it is asked once.
 */
export function useAttempt<Status>(request: ApiRequest) {
  const { token = '', isCounted = false } = useSession() ?? {};
  return useQuery({
    queryKey: ['attempt', request.path],
    queryFn: async ({ signal }) => {
      try {
        return await send<Status>(request, { signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) return send<Status>(request, { token, signal });
        throw error;
      }
    },
    refetchInterval: !isCounted && ASKED_MS,
  });
}

/** As `useWrite`, but the answer is heard before anything is asked anew: what is told once must not wait for that, and be lost. */
export function useKeyCall<Answer>(onAnswer?: (answer: Answer) => void) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: ApiRequest) => send<Answer>(request, { token }),
    gcTime: 0,
    onSuccess: async (answer) => {
      onAnswer?.(answer);
      await queries.invalidateQueries();
    },
  });
}
