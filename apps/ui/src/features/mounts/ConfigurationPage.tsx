import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { NoSuchPage } from '../../ui/NoSuchPage';
import { PageHead } from '../../ui/PageHead';
import { ContentLink, contentOf } from './ContentLink';
import { DisableDialog } from './DisableDialog';
import { type Effective, factsOf } from './facts';
import { isOwn, isTunable, type Kind } from './kinds';
import { KvSettingsCard } from './KvSettingsCard';
import { MoveDialog } from './MoveDialog';
import { apiPath, barePath, type Mount, useMounts } from './mounts';
import { TuneDialog } from './TuneDialog';

export const SecretsConfigurationPage = () => <ConfigurationPage kind="secret" />;
export const AccessConfigurationPage = () => <ConfigurationPage kind="auth" />;

function ConfigurationPage({ kind }: { readonly kind: Kind }) {
  const { mount: name = '' } = useParams({ strict: false }) as { mount?: string };
  const mounts = useMounts(kind);
  return (
    <Loaded of={mounts}>
      {(all) => {
        const mount = all.find(({ path }) => path === `${name}/`);
        if (mount === undefined) return <NoSuchPage />;
        return <Configuration key={mount.path} kind={kind} mount={mount} mounts={all} />;
      }}
    </Loaded>
  );
}

interface ConfigurationProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly mounts: readonly Mount[];
}

type Change = 'tune' | 'move' | 'disable';

function Configuration({ kind, mount, mounts }: ConfigurationProps) {
  const [open, setOpen] = useState<Change>();
  const api = apiPath(kind, mount.path);
  const settings = `${barePath(mount.path)}/config`;
  const may = useMay(api, `${api}/tune`, 'sys/remount', settings);
  const inForce = useRead<Envelope<Effective>>({ method: 'GET', path: `${api}/tune` });
  const changes = changesOf(mount, {
    tune: may(`${api}/tune`, 'update'),
    move: may('sys/remount', 'update'),
    disable: may(api, 'delete'),
  });
  const onClose = (): void => setOpen(undefined);
  return (
    <>
      <PageHead
        title={mount.path}
        badge={mount.local ? 'local' : 'replicated'}
        note={<NoteOf kind={kind} mount={mount} />}
      >
        <AsCommand request={{ method: 'GET', path: api }} />
        {changes.map((change) => (
          <Button key={change} kind={change === 'disable' ? 'danger' : 'plain'} onClick={() => setOpen(change)}>
            {LABELS[change]}
          </Button>
        ))}
      </PageHead>
      <Card title="Configuration">
        <Facts rows={factsOf(kind, mount, inForce.data?.data)} />
      </Card>
      {mount.type === 'kv' && mount.options['version'] === '2' && may(settings, 'read') && (
        <KvSettingsCard path={settings} local={mount.local} mayChange={may(settings, 'update')} />
      )}
      {open === 'tune' && <TuneDialog {...{ kind, mount, onClose }} />}
      {open === 'move' && <MoveDialog {...{ kind, mount, mounts, onClose }} />}
      {open === 'disable' && <DisableDialog {...{ kind, mount, onClose }} />}
    </>
  );
}

const LABELS: Readonly<Record<Change, string>> = { tune: 'Tune…', move: 'Move…', disable: 'Disable…' };

/** What can be done with it by whoever is signed in. */
function changesOf({ type }: Mount, allowed: Readonly<Record<Change, boolean>>): readonly Change[] {
  const possible = { tune: isTunable(type), move: !isOwn(type), disable: !isOwn(type) };
  return (['tune', 'move', 'disable'] as const).filter((change) => possible[change] && allowed[change]);
}

function NoteOf({ kind, mount }: Omit<ConfigurationProps, 'mounts'>) {
  if (contentOf(kind, mount.type) === undefined) return mount.description;
  return (
    <ContentLink kind={kind} mount={mount}>
      {kind === 'auth' ? 'Its users' : 'Its secrets'}
    </ContentLink>
  );
}
