import type { LinkProps } from '@tanstack/react-router';
import type { PerformanceStatus } from '@tidelock/api-answers';
import type { Capability } from '../../session/may';

/** Something that can be done at a page which is not in the navigation. */
export interface Action {
  readonly title: string;
  readonly to: NonNullable<LinkProps['to']>;
  /** What the token must be allowed. */
  readonly needs?: readonly [path: string, capability: Capability];
  /** The cluster is one where it can be done. */
  readonly when?: (status: PerformanceStatus | undefined) => boolean;
}

const isPrimary: NonNullable<Action['when']> = (status) => status?.mode === 'primary';
const isMember: NonNullable<Action['when']> = (status) =>
  status !== undefined && status.mode !== 'disabled' && status.mode !== 'unsupported';

const PERFORMANCE = 'sys/replication/performance';

/** Areas add what can be done in them. */
export const ACTIONS: readonly Action[] = [
  { title: 'Enable a secrets engine', to: '/vault/secrets/enable', needs: ['sys/mounts/new', 'update'] },
  { title: 'Enable an auth method', to: '/vault/access/enable', needs: ['sys/auth/new', 'update'] },
  { title: 'Enable an audit device', to: '/vault/audit/enable', needs: ['sys/audit/new', 'update'] },
  {
    title: 'Enable replication',
    to: '/vault/replication/performance',
    when: (status) => status?.mode === 'disabled',
    needs: [`${PERFORMANCE}/primary/enable`, 'update'],
  },
  {
    title: 'Add a secondary',
    to: '/vault/replication/performance/secondaries/add',
    when: isPrimary,
    needs: [`${PERFORMANCE}/primary/secondary-token`, 'update'],
  },
  { title: 'Known secondaries, revoke', to: '/vault/replication/performance/secondaries', when: isPrimary },
  {
    title: 'Manage replication: demote, disable, recover, reindex',
    to: '/vault/replication/performance/manage',
    when: isPrimary,
  },
  {
    title: 'Manage replication: promote, update primary, disable, recover, reindex',
    to: '/vault/replication/performance/manage',
    when: (status) => isMember(status) && !isPrimary(status),
  },
  { title: 'Seal this cluster…', to: '/vault/settings/seal', needs: ['sys/seal', 'update'] },
];
