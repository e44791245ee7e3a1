import type { Operation } from '@tidelock/engine-api';

/** A request that belongs in the log of an operator. */
export interface ToldChange {
  readonly operation: Operation;
  /** Of the whole path; named groups become facts. */
  readonly path: RegExp;
  readonly message: string;
  /** Members of the body that are told as well. Never one that may hold a secret. */
  readonly body?: readonly string[];
  /** What is said where it was refused; absent: nothing, the audit has it. */
  readonly refused?: string;
}

const told = (operation: Operation, path: RegExp, message: string, more: Partial<ToldChange> = {}): ToldChange => ({
  operation,
  path,
  message,
  ...more,
});

const role = (path: string, message: string, body: readonly string[] = []): ToldChange =>
  told('update', new RegExp(`^sys/replication/(?:performance/)?${path}$`), message, {
    body,
    refused: 'a change of the replication was refused',
  });

/** Changes of the service and of what is mounted, in the order in which they are looked up: the first that fits is told. */
export const TOLD_CHANGES: readonly ToldChange[] = [
  told('update', /^sys\/init$/, 'the cluster was initialised', {
    body: ['secret_shares', 'secret_threshold'],
    refused: 'initialising was refused',
  }),
  told('update', /^sys\/unseal$/, 'an unseal key was taken', { refused: 'an unseal key was refused' }),
  told('update', /^sys\/seal$/, 'the cluster was sealed'),
  told('update', /^sys\/rotate(?:\/keyring)?$/, 'the barrier key was rotated'),
  told('update', /^sys\/rotate(?:\/keyring)?\/config$/, 'the rotation of the barrier key was configured', {
    body: ['enabled', 'interval', 'max_operations'],
  }),
  told('update', /^sys\/remount$/, 'a mount was moved', { body: ['from', 'to'] }),
  told('update', /^sys\/mounts\/(?<path>.+)\/tune$/, 'a secrets engine was tuned'),
  told('update', /^sys\/mounts\/(?<path>.+)$/, 'a secrets engine was enabled', { body: ['type', 'local'] }),
  told('delete', /^sys\/mounts\/(?<path>.+)$/, 'a secrets engine was disabled'),
  told('update', /^sys\/auth\/(?<path>.+)\/tune$/, 'an auth method was tuned'),
  told('update', /^sys\/auth\/(?<path>.+)$/, 'an auth method was enabled', { body: ['type', 'local'] }),
  told('delete', /^sys\/auth\/(?<path>.+)$/, 'an auth method was disabled'),
  told('update', /^sys\/audit\/(?<path>.+)$/, 'an audit device was enabled', { body: ['type', 'local'] }),
  told('delete', /^sys\/audit\/(?<path>.+)$/, 'an audit device was disabled'),
  told('update', /^sys\/(?:policies\/acl|policy)\/(?<policy>.+)$/, 'a policy was written'),
  told('delete', /^sys\/(?:policies\/acl|policy)\/(?<policy>.+)$/, 'a policy was deleted'),
  told('update', /^sys\/locked-users\/(?<accessor>[^/]+)\/unlock\/(?<alias>.+)$/, 'a locked user was unlocked'),
  told('update', /^sys\/(?:leases\/)?revoke-force\/(?<prefix>.+)$/, 'leases were given up by force', {
    refused: 'giving leases up by force was refused',
  }),
  told('update', /^sys\/loggers(?:\/(?<logger>.+))?$/, 'the level of the log was changed', { body: ['level'] }),
  told('delete', /^sys\/loggers(?:\/(?<logger>.+))?$/, 'the level of the log is as configured again'),
  role('primary/enable', 'this cluster was made a replication primary', ['primary_cluster_addr']),
  role('primary/demote', 'this primary was demoted to a secondary', ['force']),
  role('primary/disable', 'replication was disabled on this primary'),
  role('primary/secondary-token', 'an activation token was made for a secondary', ['id', 'ttl', 'forwarding']),
  role('primary/revoke-secondary', 'a secondary was revoked', ['id']),
  role('primary/allow-reapply', 'a secondary was allowed to write its quarantine anew', ['id', 'ttl']),
  role('primary/rotate-stream-key', 'the stream key was rotated on demand'),
  role('primary/paths-filter/(?<id>[^/]+)', 'the paths filter of a secondary was set', ['mode', 'paths', 'forwarding']),
  told(
    'delete',
    /^sys\/replication\/(?:performance\/)?primary\/paths-filter\/(?<id>[^/]+)$/,
    'the paths filter of a secondary was taken away',
  ),
  role('secondary/enable', 'this cluster joins a replication set as a secondary', ['primary_api_addr']),
  role('secondary/promote', 'this secondary was promoted to the primary of its set', ['force', 'primary_cluster_addr']),
  role('secondary/disable', 'replication was disabled on this secondary'),
  role('secondary/update-primary', 'this secondary was given another primary', [
    'primary_api_addr',
    'update_primary_addrs',
  ]),
  role('secondary/skip-poison', 'a mutation that cannot be applied was stepped over', ['index']),
  role('quarantine/(?<action>discard|reapply)', 'mutations in quarantine were dealt with', ['indexes', 'all']),
];
