import { noHandler, TidelockError } from '@tidelock/kernel';
import { type ForwardedBy, type RequestContext } from '../request/context';
import { meetsHidden } from '../request/hidden-mounts';
import { levelOfMount, type ResolvedPath } from '@tidelock/core/mounts';
import type { Step } from './step';
import { bodyLimitOf } from './read-body';

/** The primary's own refusal of what no secondary may have it do, by the path's declaration, whatever the secondary thinks of it. */
export const requireForwardable: Step = ({ incoming, resolved }) => {
  const { forwarded, path, data, operation, bytes } = incoming;
  if (forwarded === undefined) throw new Error('not a forwarded request');
  if (meetsHidden(path, data, resolved, forwarded.hidden)) throw noHandler(path);
  if (resolved === undefined) return;
  if (operation === 'help' || resolved.declaration.localOnly || resolved.mount.local) {
    throw denied(`${JSON.stringify(path)} is each cluster's own; the primary does not do it for a secondary`);
  }
  requireLevel(forwarded, operation, resolved);
  // As this cluster would have read them.
  if ((bytes?.length ?? 0) > bodyLimitOf(resolved.declaration)) throw new TidelockError('REQUEST_TOO_LARGE');
};

function requireLevel(
  { level, secondaryId }: ForwardedBy,
  operation: RequestContext['incoming']['operation'],
  resolved: ResolvedPath,
): void {
  if (level === 'all' || operation === 'read' || operation === 'list' || writtenFor(resolved) === 'data') return;
  throw denied(
    `the forwarding level of secondary ${JSON.stringify(secondaryId)} is "data": what decides about access is written at the primary`,
  );
}

/** The level that a secondary must have for a write. */
export function writtenFor({
  declaration,
  engineOptions,
}: Pick<ResolvedPath, 'declaration' | 'engineOptions'>): ForwardedBy['level'] {
  return declaration.writtenFor ?? (declaration.login ? 'data' : levelOfMount(engineOptions));
}

const denied = (reason: string): TidelockError =>
  new TidelockError('PERMISSION_DENIED', `permission denied: ${reason}`);
