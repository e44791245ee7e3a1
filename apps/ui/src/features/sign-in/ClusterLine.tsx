import { useStatus } from '../../cluster/queries';
import { HealthIcon } from '../../ui/HealthIcon';
import { clusterHealth, roleName, setIdOf } from '../../cluster/words';
import styles from './SignInPage.module.css';

/** Which cluster this is, before anybody signs in to the wrong one. */
export function ClusterLine() {
  const status = useStatus();
  const health = clusterHealth(status);
  const id = setIdOf(status.replication);
  return (
    <p className={styles.cluster}>
      <HealthIcon health={health} />
      {status.unreachable ? 'The server does not answer' : roleName(status.replication)}
      {id !== undefined && <code title={`Replication set ${id}`}>{id.slice(0, 8)}</code>}
    </p>
  );
}
