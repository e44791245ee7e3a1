import { AlertIcon, BroadcastIcon, KeyIcon, LockIcon, LogIcon, PersonIcon, ToolsIcon } from '@primer/octicons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { ClusterStatus } from '../cluster/queries';
import { replicationHealth } from '../cluster/words';
import type { Health } from '../ui/health';

/** A page that navigation, palette and keys lead to. */
export interface Destination {
  readonly to: NonNullable<LinkProps['to']>;
  readonly title: string;
  /** Where its title alone does not say what it is. */
  readonly fullTitle?: string;
  readonly icon: ComponentType;
  /** `g` and this letter lead there. */
  readonly letter?: string;
  /** Pages below it are others' in the navigation. */
  readonly isExact?: boolean;
  /** How many things wait there: where none does, nothing leads there. */
  readonly count?: (status: ClusterStatus) => number;
  /** What stands beside it there. */
  readonly health?: (status: ClusterStatus) => Health | undefined;
}

/** In the order in which the navigation shows them; a group without a name comes first. */
export const DESTINATIONS: readonly { readonly group?: string; readonly pages: readonly Destination[] }[] = [
  {
    pages: [
      { to: '/vault/secrets', title: 'Secrets', fullTitle: 'Secrets engines', icon: KeyIcon, letter: 's' },
      {
        to: '/vault/access',
        title: 'Access',
        fullTitle: 'Access: auth methods',
        icon: PersonIcon,
        letter: 'a',
        isExact: true,
      },
      { to: '/vault/access/tokens', title: 'Tokens', icon: PersonIcon },
      { to: '/vault/policies', title: 'Policies', icon: LockIcon, letter: 'p' },
      { to: '/vault/access/leases', title: 'Leases', icon: KeyIcon },
      { to: '/vault/tools', title: 'Tools', icon: ToolsIcon },
    ],
  },
  {
    group: 'Replication',
    pages: [
      {
        to: '/vault/replication',
        title: 'Overview',
        fullTitle: 'Replication overview',
        icon: BroadcastIcon,
        letter: 'r',
        isExact: true,
      },
      {
        to: '/vault/replication/performance',
        title: 'Performance',
        fullTitle: 'Performance replication',
        icon: BroadcastIcon,
        health: ({ replication }) => replicationHealth(replication),
      },
      {
        to: '/vault/replication/performance/quarantine',
        title: 'Quarantine',
        icon: AlertIcon,
        count: ({ replication }) => (replication && 'quarantined' in replication ? (replication.quarantined ?? 0) : 0),
      },
    ],
  },
  {
    group: 'Server',
    pages: [
      {
        to: '/vault/settings/seal',
        title: 'Seal',
        icon: LockIcon,
        health: ({ health }) => (health?.sealed === true ? 'down' : undefined),
      },
      { to: '/vault/settings/keys', title: 'Keys', fullTitle: 'Keys: rekey and rotate', icon: KeyIcon },
      { to: '/vault/audit', title: 'Audit devices', icon: LogIcon },
      { to: '/vault/generate-root', title: 'Generate root', icon: LockIcon },
    ],
  },
];
