import type { KnownSecondary, PrimaryStatus } from '@tidelock/api-answers';
import type { ReactNode } from 'react';
import { Card } from '../../ui/Card';
import { countOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { lagWords } from './positions';
import { UiLink } from './SecondariesTable';
import styles from './Topology.module.css';

/** More than these are read better in the table. */
const MOST = 8;

/** Primary, broker, secondaries, and how far each is behind. */
export function Topology({ status }: { readonly status: PrimaryStatus }) {
  const { known_secondaries: ids, secondaries, stream, epoch, last_performance_wal: index } = status;
  if (ids.length === 0 || ids.length > MOST) return null;
  const isUp = stream?.brokerUp !== false;
  return (
    <Card title="Topology">
      <div className={styles.topology}>
        <Node health="running" title="Primary, this cluster" note={`epoch ${epoch} · index ${countOf(index)}`} isHere />
        <Edge kind={isUp ? 'flows' : 'cut'} label={isUp ? '' : `${countOf(stream?.pendingRows ?? 0)} waiting`} />
        <div className={styles.broker}>
          <strong>Apache Kafka</strong>
          <span>sealed stream</span>
        </div>
        <ul className={styles.branches}>
          {ids.map((id) => (
            <Branch key={id} id={id} heard={secondaries.find(({ node_id }) => node_id === id)} />
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Branch({ id, heard }: { readonly id: string; readonly heard: KnownSecondary | undefined }) {
  if (heard === undefined)
    return (
      <li>
        <Edge kind="awaited" label="not joined yet" />
        <Node health="" title={id} note="token not used yet" />
      </li>
    );
  const { connection_status: connection, stream, api_address: address } = heard;
  return (
    <li>
      <Edge kind={connection === 'connected' ? 'flows' : 'cut'} label={lagWords(heard)} />
      <Node
        health={connection}
        title={<UiLink address={address}>{id}</UiLink>}
        note={`${connection} · ${stream === 'full' ? 'everything' : 'filtered'}`}
      />
    </li>
  );
}

interface NodeProps {
  readonly health: string;
  readonly title: ReactNode;
  readonly note: string;
  readonly isHere?: boolean;
}

function Node({ health, title, note, isHere = false }: NodeProps) {
  return (
    <div className={styles.node} data-here={isHere || undefined} data-health={healthOf(health)}>
      <HealthIcon health={healthOf(health)} />
      <div>
        <strong>{title}</strong>
        <span>{note}</span>
      </div>
    </div>
  );
}

/** Dots move along it only while something can. */
function Edge({ kind, label }: { readonly kind: 'flows' | 'cut' | 'awaited'; readonly label: string }) {
  return (
    <div className={styles.edge} data-kind={kind}>
      <svg viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" y1="1" x2="100" y2="1" vectorEffect="non-scaling-stroke" />
      </svg>
      {label !== '' && <span>{label}</span>}
    </div>
  );
}
