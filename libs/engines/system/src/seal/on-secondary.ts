import type { ClusterService } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';

/** Keys belong to the whole set: only its primary changes them. @throws {TidelockError} INVALID_REQUEST with `text`. */
export function refuseOnSecondary(cluster: Pick<ClusterService, 'replicationMode'>, text: string): void {
  const mode = cluster.replicationMode();
  if (mode === 'secondary' || mode === 'bootstrapping') throw badRequest(text);
}
