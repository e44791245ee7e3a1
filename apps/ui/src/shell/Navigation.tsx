import { AlertIcon, BroadcastIcon, KeyIcon, LockIcon, LogIcon, PersonIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { useStatus } from '../cluster/queries';
import { replicationHealth } from '../cluster/words';
import { HealthIcon } from '../ui/HealthIcon';
import styles from './Frame.module.css';

export function Navigation({ isOpen, onLeave }: { readonly isOpen: boolean; readonly onLeave: () => void }) {
  const { replication, health } = useStatus();
  return (
    <nav className={styles.navigation} aria-label="Pages" data-open={isOpen || undefined} onClick={onLeave}>
      <Link to="/vault/secrets">
        <KeyIcon /> Secrets
      </Link>
      <Link to="/vault/access">
        <PersonIcon /> Access
      </Link>
      <h2>Replication</h2>
      <Link to="/vault/replication" activeOptions={{ exact: true }}>
        <BroadcastIcon /> Overview
      </Link>
      <Link to="/vault/replication/performance">
        <BroadcastIcon /> Performance <HealthIcon health={replicationHealth(replication)} />
      </Link>
      {replication !== undefined && 'quarantined' in replication && (replication.quarantined ?? 0) > 0 && (
        <Link to="/vault/replication/performance/quarantine">
          <AlertIcon /> Quarantine ({replication.quarantined})
        </Link>
      )}
      <h2>Server</h2>
      <Link to="/vault/settings/seal">
        <LockIcon /> Seal {health?.sealed === true && <HealthIcon health="down" />}
      </Link>
      <Link to="/vault/settings/keys">
        <KeyIcon /> Keys
      </Link>
      <Link to="/vault/audit">
        <LogIcon /> Audit devices
      </Link>
      <Link to="/vault/generate-root">
        <LockIcon /> Generate root
      </Link>
    </nav>
  );
}
