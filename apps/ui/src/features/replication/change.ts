import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiRequest } from '../../api/request';
import { type Envelope, send } from '../../api/send';
import { useSession, useToken } from '../../session/useToken';
import { flashWarnings } from '../../ui/flashes';
import { tried } from './calls';

/** A change of role begins the cluster's core anew: what is asked too early finds it between the two. */
const RESTART_MS = 1000;
/** What a change would do is asked again while its dialog is open, unless that uses the token up. */
const PREVIEW_MS = 3000;

export const restarted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, RESTART_MS));

/** `data` of a change that was only tried. */
export interface Preview {
  readonly would?: string;
  readonly secondaries_cut_off?: readonly string[];
  readonly unpublished_mutations?: number;
  readonly lost_mutations?: number;
  readonly possible_without_force?: boolean;
  readonly checks?: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
}

/** What a change would do, as the cluster tells it now. @param again `false`: asked once. */
export function usePreview<Data extends object = Preview>(request: ApiRequest, again = true) {
  const { token = '', isCounted = false } = useSession() ?? {};
  return useQuery({
    queryKey: ['preview', request],
    queryFn: ({ signal }) => send<Envelope<Data>>(tried(request), { token, signal }),
    refetchInterval: again && !isCounted && PREVIEW_MS,
    gcTime: 0,
  });
}

/** Makes a change; its warnings are shown, and everything that is known is asked again. */
export function useChange(request: ApiRequest, onDone: () => void) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send<Envelope<unknown> | undefined>(request, { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      await restarted();
      await queries.invalidateQueries();
      onDone();
    },
  });
}
