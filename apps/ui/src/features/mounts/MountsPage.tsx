import { PlusIcon } from '@primer/octicons-react';
import { useDeferredValue, useState } from 'react';
import { useMay } from '../../session/may';
import { AsCommand } from '../../ui/AsCommand';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { SelectField, TextField } from '../../ui/Field';
import { countOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { Table } from '../../ui/Table';
import { DisableDialog } from './DisableDialog';
import { type Kind, isOwn, KINDS } from './kinds';
import { MountRow } from './MountRow';
import { apiPath, type Mount, MOUNTS, typeOf, useMounts } from './mounts';
import styles from './MountsPage.module.css';

export const SecretsPage = () => <MountsPage kind="secret" />;
export const AccessPage = () => <MountsPage kind="auth" />;

function MountsPage({ kind }: { readonly kind: Kind }) {
  const { title, note, enableNew, enablePage } = KINDS[kind];
  const mounts = useMounts(kind);
  return (
    <>
      <PageHead title={title} note={note}>
        <AsCommand request={MOUNTS} />
        <ButtonLink kind="primary" icon={<PlusIcon />} to={enablePage}>
          {enableNew}
        </ButtonLink>
      </PageHead>
      <Loaded of={mounts}>
        {/* The service's own pages show these two. */}
        {(all) => <Mounts kind={kind} mounts={all.filter(({ type }) => type !== 'system' && type !== 'identity')} />}
      </Loaded>
    </>
  );
}

interface MountsProps {
  readonly kind: Kind;
  readonly mounts: readonly Mount[];
}

function Mounts({ kind, mounts }: MountsProps) {
  const { one, many, enable, enablePage } = KINDS[kind];
  const [name, setName] = useState('');
  const [type, setType] = useState('');
  // Hundreds of rows do not hold up who types.
  const wanted = useDeferredValue(name).trim().toLowerCase();
  const may = useMay(...mounts.map(({ path }) => apiPath(kind, path)));
  const shown = mounts.filter(
    (mount) => mount.path.toLowerCase().includes(wanted) && (type === '' || typeOf(mount) === type),
  );
  return (
    <>
      {mounts.every((mount) => isOwn(mount.type)) && (
        <Card title={`No ${one} is enabled yet`}>
          <p>{EMPTY[kind]}</p>
          <div>
            <ButtonLink to={enablePage}>{enable}</ButtonLink>
          </div>
        </Card>
      )}
      <Card
        title={titleOf(kind, shown.length, mounts.length)}
        aside={<Filters {...{ mounts, name, setName, type, setType }} />}
      >
        {shown.length === 0 ? (
          <p>None of the {many} is like that.</p>
        ) : (
          <MountsTable kind={kind} mounts={shown} may={may} />
        )}
      </Card>
    </>
  );
}

/** `3 secrets engines`, `1 of 3 secrets engines`. */
function titleOf(kind: Kind, shown: number, all: number): string {
  const { one, many } = KINDS[kind];
  return `${shown === all ? '' : `${countOf(shown)} of `}${countOf(all)} ${all === 1 ? one : many}`;
}

const EMPTY: Readonly<Record<Kind, string>> = {
  secret: 'An engine keeps secrets below a path of its own. Begin with KV: names and values, with versions.',
  auth: 'Tokens alone sign in here. A method lets people in by what they know, and gives them a token.',
};

interface FiltersProps {
  readonly mounts: readonly Mount[];
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly type: string;
  readonly setType: (type: string) => void;
}

function Filters({ mounts, name, setName, type, setType }: FiltersProps) {
  const types = [...new Set(mounts.map(typeOf))].sort();
  return (
    <div className={styles.filters} role="search">
      <TextField label="Filter by name" type="search" value={name} onText={setName} spellCheck={false} />
      <SelectField label="Filter by type" value={type} onText={setType}>
        <option value="">All types</option>
        {types.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </SelectField>
    </div>
  );
}

function MountsTable({ kind, mounts, may }: MountsProps & { readonly may: ReturnType<typeof useMay> }) {
  const [disabled, setDisabled] = useState<Mount>();
  return (
    <div className={styles.mounts}>
      <Table caption={KINDS[kind].title} columns={['Path', 'Type', 'Accessor', 'Replication', 'Actions']}>
        {mounts.map((mount) => (
          <MountRow
            key={mount.path}
            kind={kind}
            mount={mount}
            mayDisable={!isOwn(mount.type) && may(apiPath(kind, mount.path), 'delete')}
            onDisable={() => setDisabled(mount)}
          />
        ))}
      </Table>
      {disabled !== undefined && <DisableDialog kind={kind} mount={disabled} onClose={() => setDisabled(undefined)} />}
    </div>
  );
}
