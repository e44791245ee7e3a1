import { send } from '../api/send';
import { useQuery } from '@tanstack/react-query';
import { useToken } from './useToken';

export type Capability = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list' | 'sudo';

/**
 * What the token of the session may do with paths: one call a page. While it is not known, and where it cannot be asked,
 * everything may be tried: the cluster decides in any case.
 *
 * @example
 * const may = useMay('sys/mounts/secret', 'sys/remount');
 * {may('sys/remount', 'update') && <Button>Move…</Button>}
 */
export function useMay(...paths: readonly string[]): (path: string, capability: Capability) => boolean {
  const token = useToken();
  const { data } = useQuery({
    queryKey: ['capabilities', paths],
    queryFn: ({ signal }) =>
      send<Record<string, unknown>>(
        { method: 'POST', path: 'sys/capabilities-self', body: { paths } },
        { token, signal },
      ),
  });
  return (path, capability) => {
    const granted = data?.[path];
    return !Array.isArray(granted) || granted.includes('root') || granted.includes(capability);
  };
}
