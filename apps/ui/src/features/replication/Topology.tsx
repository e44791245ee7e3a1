import { Card } from '../../ui/Card';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { UiLink } from './SecondariesTable';
import type { Box, Picture } from './picture';
import styles from './Topology.module.css';

/** More than these are read better in the table. */
const MOST = 8;

/** Primary, broker, secondaries, and how far each is behind. */
export function Topology({ of: { primary, secondaries } }: { readonly of: Picture }) {
  const count = secondaries.length;
  if (count === 0 || count > MOST) return null;
  return (
    <Card title="Topology">
      <div className={styles.topology}>
        <Node {...primary} />
        <div className={styles.edge} data-kind={primary.edge.kind}>
          <Lines to={[50]} kinds={[primary.edge.kind]} />
          {primary.edge.label !== '' && <span>{primary.edge.label}</span>}
        </div>
        <div className={styles.broker}>
          <strong>Apache Kafka</strong>
          <span>sealed stream</span>
        </div>
        <ul className={styles.branches}>
          {secondaries.map((box) => (
            <li key={box.name} data-kind={box.edge.kind}>
              <div className={styles.edge} data-kind={box.edge.kind}>
                {box.edge.label !== '' && <span>{box.edge.label}</span>}
              </div>
              <Node {...box} />
            </li>
          ))}
          <li className={styles.lines} aria-hidden="true">
            <Lines
              to={secondaries.map((_, at) => (100 * (at + 0.5)) / count)}
              kinds={secondaries.map(({ edge }) => edge.kind)}
            />
          </li>
        </ul>
      </div>
    </Card>
  );
}

/** From the middle of the left side to each height on the right, in percent. Dots move only where something can. */
function Lines({ to, kinds }: { readonly to: readonly number[]; readonly kinds: readonly string[] }) {
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {to.map((height, at) => (
        <path key={height} data-kind={kinds[at]} d={`M0 50C60 50 30 ${height} 100 ${height}`} />
      ))}
    </svg>
  );
}

function Node({ name, note, state, address, isHere = false }: Box) {
  const health = healthOf(state);
  return (
    <div className={styles.node} data-here={isHere || undefined} data-health={health}>
      <HealthIcon health={health} />
      <div>
        <strong>{address ? <UiLink address={address}>{name}</UiLink> : name}</strong>
        <span>{note}</span>
      </div>
    </div>
  );
}
