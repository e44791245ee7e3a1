import { useMutation } from '@tanstack/react-query';
import { parseExactly } from '../../api/exact-json';
import type { ApiRequest } from '../../api/request';
import { send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { flashWarnings } from '../../ui/flashes';

/** Sends what a form says, and keeps the answer no longer than the page is open. Nothing else changes by it. */
export function useTool<Answer extends { readonly warnings: readonly string[] | null }>() {
  const token = useToken();
  return useMutation({
    mutationFn: (request: ApiRequest) =>
      send<Answer | undefined>(request, {
        token,
        parse: parseExactly,
        ...(request.wrapTtl !== undefined && { wrapTtl: request.wrapTtl }),
      }),
    gcTime: 0,
    onSuccess: (answer) => flashWarnings(answer?.warnings),
  });
}
