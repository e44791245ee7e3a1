import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/errors';
import { type Envelope, send } from '../../api/send';
import { useRead } from '../../session/read';
import { useToken } from '../../session/useToken';
import { LIST_FILTERS } from './calls';
import { filtersIn, offeredIn, type PathsFilter } from './paths-filter';

/** Every filter, by the id of its secondary. */
export function useFilters() {
  const token = useToken();
  return useQuery({
    queryKey: ['paths-filters'],
    queryFn: async ({ signal }): Promise<Readonly<Record<string, PathsFilter>>> => {
      try {
        return filtersIn((await send<Envelope<unknown>>(LIST_FILTERS, { token, signal })).data);
      } catch (error) {
        // There is none.
        if (error instanceof ApiError && error.status === 404 && error.isBare) return {};
        throw error;
      }
    },
  });
}

export const filterOf = (filters: Readonly<Record<string, PathsFilter>>, id: string): PathsFilter | undefined =>
  Object.hasOwn(filters, id) ? filters[id] : undefined;

/** The mounts that a filter may name, as far as the token sees them. */
export function useOffered() {
  const { data, error } = useRead<Envelope<unknown>>({ method: 'GET', path: 'sys/internal/ui/mounts' });
  return { data: data && offeredIn(data.data), error };
}
