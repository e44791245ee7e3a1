import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ApiRequest } from '../../api/request';
import { type Envelope, send } from '../../api/send';
import { useStatus } from '../../cluster/queries';
import { useToken } from '../../session/useToken';
import { flash, flashWarnings } from '../../ui/flashes';
import { type Kind, KINDS } from './kinds';
import type { Circumstances } from './texts';

/** Ends with the list of mounts, before anything is asked anew: the page of what was there would ask for what is gone. */
export function useRemoval(kind: Kind, request: ApiRequest, done: string) {
  const token = useToken();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => send<Envelope<unknown> | undefined>(request, { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      flash(done);
      await navigate({ to: KINDS[kind].list });
      await queries.invalidateQueries();
    },
  });
}

export function useCircumstances(local: boolean): Circumstances {
  const { replication } = useStatus();
  const mode = replication?.mode;
  return { local, role: mode === 'primary' || mode === 'secondary' ? mode : undefined };
}
