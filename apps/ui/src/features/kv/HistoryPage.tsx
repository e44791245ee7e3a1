import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AsCommand } from '../../ui/AsCommand';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';
import { type KvMount, readMetadata } from './calls';
import { VersionButtons } from './ChangeVersions';
import styles from './kv.module.css';
import { Moment } from './Moment';
import { SHOW } from './place';
import { useMetadata } from './secret';
import { SecretHead } from './SecretHead';
import { toggled } from './useRevealed';
import { type Version, versionsIn } from './versions';
import { VersionWord } from './VersionWord';
import { WithMount } from './WithMount';

export function HistoryPage() {
  return <WithMount>{(mount, name) => <History key={`${mount.path}:${name}`} mount={mount} name={name} />}</WithMount>;
}

interface HistoryProps {
  readonly mount: KvMount;
  readonly name: string;
}

function History({ mount, name }: HistoryProps) {
  const metadata = useMetadata(mount, name);
  return (
    <>
      <SecretHead mount={mount} name={name} note="The latest stands first.">
        <AsCommand request={readMetadata(mount, name)} />
      </SecretHead>
      <Loaded of={metadata}>
        {({ data }) => <Versions mount={mount} name={name} versions={versionsIn(data, metadata.dataUpdatedAt)} />}
      </Loaded>
    </>
  );
}

function Versions({ mount, name, versions }: HistoryProps & { readonly versions: readonly Version[] }) {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const inState = (state: Version['state']): number[] =>
    versions.filter((version) => chosen.has(version.number) && version.state === state).map(({ number }) => number);
  if (versions.length === 0) return <p>This secret has no versions.</p>;
  return (
    <Card
      title="Versions"
      aside={
        <div className={styles.buttons}>
          {chosen.size === 0 ? (
            <span className={styles.count}>Choose versions to delete, undelete or destroy them.</span>
          ) : (
            <VersionButtons
              mount={mount}
              name={name}
              available={inState('available')}
              deleted={inState('deleted')}
              onDone={() => setChosen(new Set())}
            />
          )}
        </div>
      }
    >
      <Table caption="Versions" columns={['Version', 'State', 'Created', 'Deleted', 'Look at']}>
        {versions.map((version, index) => (
          <VersionRow
            key={version.number}
            mount={mount}
            name={name}
            version={version}
            former={versions[index + 1]}
            isChosen={chosen.has(version.number)}
            onChoose={() => setChosen((now) => toggled(now, version.number))}
          />
        ))}
      </Table>
    </Card>
  );
}

interface RowProps extends HistoryProps {
  readonly version: Version;
  readonly former: Version | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function VersionRow({ mount, name, version: { number, state, facts }, former, isChosen, onChoose }: RowProps) {
  const params = { mount: mount.path, _splat: name };
  const canCompare = state === 'available' && former?.state === 'available';
  return (
    <tr>
      <th scope="row">
        <label className={styles.chosen}>
          <input type="checkbox" checked={isChosen} disabled={state === 'destroyed'} onChange={onChoose} /> v{number}
        </label>
      </th>
      <td>
        <VersionWord state={state} />
      </td>
      <td>
        <Moment at={facts.created_time} />
      </td>
      <td>
        <Moment at={facts.deletion_time} />
      </td>
      <td>
        <span className={styles.looks}>
          <Link to={SHOW} params={params} search={{ version: number }}>
            View v{number}
          </Link>
          {canCompare && (
            <Link to="/vault/secrets/$mount/kv/diff/$" params={params} search={{ from: former.number, to: number }}>
              What v{number} changed
            </Link>
          )}
        </span>
      </td>
    </tr>
  );
}
