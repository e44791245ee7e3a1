import type { Clock, Logger } from '@tidelock/kernel';
import type { Barrier } from '@tidelock/barrier';
import type { ClusterStore } from '@tidelock/store';
import type { StreamAccess, StreamProbe } from '@tidelock/stream';
import type { ReplicationHost } from './host';
import type { MountRecords } from './mount-records';
import type { ReplicationSettings } from './settings';

/** What the rest of the node gives replication. */
export interface ReplicationParts {
  readonly store: ClusterStore;
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ReplicationSettings;
  readonly host: ReplicationHost;
  readonly access: StreamAccess;
  readonly probe: StreamProbe;
  readonly mounts: MountRecords;
}
