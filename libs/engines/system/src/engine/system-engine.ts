import { Engine } from '@tidelock/engine-api';

/** The engine at `sys/`: it has no path of its own; its parts, one class for each subject, declare them. */
@Engine({
  kind: 'secret',
  type: 'system',
  singleton: true,
  help: 'The system backend: the seal, mounts, policies, leases, audit devices, wrapping and replication.',
})
export class SystemEngine {}
