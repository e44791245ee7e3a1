import { TidelockError } from '@tidelock/kernel';

/** Paths of the system that name a mount behind them. */
const ABOUT_MOUNTS = ['sys/mounts/', 'sys/internal/ui/mounts/'];

/** Refuses a forwarded request for a mount that is hidden from its secondary, as one for a mount that is not there. */
export function refuseHidden(request: unknown, hiddenPaths: readonly string[]): void {
  const { path, data } = request as { readonly path?: unknown; readonly data?: { readonly from?: unknown } };
  if (typeof path !== 'string') return;
  for (const named of [path, mountNamedIn(path), data?.from]) {
    if (typeof named === 'string' && hiddenPaths.some((hidden) => `${named.replace(/^\/+/, '')}/`.startsWith(hidden))) {
      throw new TidelockError('NO_HANDLER', `no handler for route ${JSON.stringify(path)}. route entry not found.`);
    }
  }
}

function mountNamedIn(path: string): string | undefined {
  if (path.startsWith('sys/auth/')) return path.slice('sys/'.length);
  const prefix = ABOUT_MOUNTS.find((start) => path.startsWith(start));
  return prefix && path.slice(prefix.length);
}
