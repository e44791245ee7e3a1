import type { Availability } from '@tidelock/core/pipeline';
import type { SealManager } from '@tidelock/core/seal';
import { TidelockError } from '@tidelock/kernel';
import type { ReplicationNode } from '@tidelock/replication';

/** Whether ordinary requests can be served: unsealed, and not in the middle of a first copy. */
export class NodeAvailability implements Availability {
  constructor(
    private readonly seal: SealManager,
    private readonly node: ReplicationNode,
  ) {}

  refusal(): TidelockError | undefined {
    const sealed = this.seal.refusal();
    if (sealed !== undefined || this.node.mode !== 'bootstrapping') return sealed;
    return new TidelockError(
      'SEALED',
      'this cluster is joining a replication set; it serves requests when its first copy is complete',
    );
  }
}
