import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { SelectField } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { type KvMount, readSecret } from './calls';
import { differencesOf } from './differences';
import { DifferenceTable } from './DifferenceTable';
import styles from './kv.module.css';
import { type Secret, useMetadata, useSecret } from './secret';
import { SecretHead } from './SecretHead';
import { useRevealed } from './useRevealed';
import { type Version, versionsIn } from './versions';
import { WithMount } from './WithMount';

export function DiffPage() {
  return <WithMount>{(mount, name) => <Diff key={`${mount.path}:${name}`} mount={mount} name={name} />}</WithMount>;
}

interface DiffProps {
  readonly mount: KvMount;
  readonly name: string;
}

function Diff({ mount, name }: DiffProps) {
  const metadata = useMetadata(mount, name);
  const search = useSearch({ strict: false });
  const versions = versionsIn(metadata.data?.data ?? {}, metadata.dataUpdatedAt);
  const readable = versions.filter(({ state }) => state === 'available');
  const to = search.to ?? readable[0]?.number;
  const from = search.from ?? readable.find(({ number }) => number < (to ?? 0))?.number;
  return (
    <>
      <SecretHead mount={mount} name={name} note="From an old version, left, to a newer one, right.">
        {to !== undefined && <AsCommand request={readSecret(mount, name, to)} />}
      </SecretHead>
      <Loaded of={metadata}>
        {() =>
          from === undefined || to === undefined ? (
            <Card title="There is nothing to compare">
              <p>It takes two versions that are neither deleted nor destroyed.</p>
            </Card>
          ) : (
            <>
              <Choice mount={mount} name={name} versions={versions} from={from} to={to} />
              <Compared key={`${from}-${to}`} mount={mount} name={name} from={from} to={to} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

interface PairProps extends DiffProps {
  readonly from: number;
  readonly to: number;
}

function Choice({ mount, name, versions, from, to }: PairProps & { readonly versions: readonly Version[] }) {
  const navigate = useNavigate();
  const choose = (search: { from: number; to: number }): void =>
    void navigate({ to: '/vault/secrets/$mount/kv/diff/$', params: { mount: mount.path, _splat: name }, search });
  const options = versions.map(({ number, state }) => (
    <option key={number} value={number} disabled={state !== 'available'}>
      {state === 'available' ? `v${number}` : `v${number}, ${state}`}
    </option>
  ));
  return (
    <div className={styles.pair}>
      <SelectField label="From version" value={String(from)} onText={(text) => choose({ from: Number(text), to })}>
        {options}
      </SelectField>
      <SelectField label="To version" value={String(to)} onText={(text) => choose({ from, to: Number(text) })}>
        {options}
      </SelectField>
      <Button onClick={() => choose({ from: to, to: from })}>Swap</Button>
    </div>
  );
}

const ALL = 'all';

function Compared({ mount, name, from, to }: PairProps) {
  const old = useSecret(mount, name, from);
  const now = useSecret(mount, name, to);
  const revealed = useRevealed();
  const [isWhole, setWhole] = useState(false);
  return (
    <Card
      title={`What changed from v${from} to v${to}`}
      aside={
        <div className={styles.buttons}>
          <Checkbox checked={isWhole} onCheck={setWhole}>
            What is the same, too
          </Checkbox>
          <Checkbox checked={revealed.isShown(ALL)} onCheck={() => revealed.toggle(ALL)}>
            Show values
          </Checkbox>
        </div>
      }
    >
      <Loaded of={old}>
        {(before) => (
          <Loaded of={now}>
            {(behind) => <Outcome old={before} now={behind} isWhole={isWhole} isShown={revealed.isShown(ALL)} />}
          </Loaded>
        )}
      </Loaded>
    </Card>
  );
}

interface OutcomeProps {
  readonly old: Secret;
  readonly now: Secret;
  readonly isWhole: boolean;
  readonly isShown: boolean;
}

function Outcome({ old, now, isWhole, isShown }: OutcomeProps) {
  if (old.data === undefined || now.data === undefined)
    return <p>Version {old.data === undefined ? old.version : now.version} has no data any more.</p>;
  const differences = differencesOf(old.data, now.data).filter(({ word }) => isWhole || word !== 'same');
  if (differences.length === 0) return <p>Nothing: both versions have the same data.</p>;
  return (
    <DifferenceTable
      caption="Differences"
      sides={[`v${old.version}`, `v${now.version}`]}
      differences={differences}
      isShown={isShown}
    />
  );
}
