import { fileDeviceType } from '@tidelock/audit/file';
import { AuditAdmin, AuditBroker, readOnlyAuditError } from '@tidelock/core/audit';
import type { AuditDeviceTypes } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import type { ReplicationNode } from '@tidelock/replication';
import type { Store } from '@tidelock/store';
import type { NodeSettings } from './node-settings';

/** Every type of audit device that this build has. */
const deviceTypes: AuditDeviceTypes = { file: fileDeviceType };

export const auditBroker = (store: Store, logger: Logger): AuditBroker => new AuditBroker({ store, deviceTypes, logger });

export function auditAdmin(broker: AuditBroker, node: ReplicationNode, settings: NodeSettings, clock: Clock, logger: Logger): AuditAdmin {
  const policy = {
    refuseReplicated: (verb: 'add' | 'remove') =>
      node.isSecondary && !settings.forwardMounts ? readOnlyAuditError(verb, node.role.primaryApiAddr) : undefined,
  };
  return new AuditAdmin({ broker, deviceTypes, policy, clock, logger });
}
