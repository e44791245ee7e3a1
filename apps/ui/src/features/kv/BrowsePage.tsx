import { PlusIcon, SearchIcon } from '@primer/octicons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { ApiError } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import { useList } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { countOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { useKey } from '../../ui/keys';
import { type KvMount, listPathOf, pathOf } from './calls';

import styles from './kv.module.css';
import { NameList } from './NameList';
import { PathBar, PathForm } from './PathBar';
import { FoundBelow } from './FoundBelow';
import { WithMount } from './WithMount';

export function BrowsePage() {
  return (
    <WithMount>{(mount, name) => <FolderPage key={`${mount.path}:${name}`} mount={mount} folder={name} />}</WithMount>
  );
}

interface FolderProps {
  readonly mount: KvMount;
  /** Without its final slash; `''`: the mount itself. */
  readonly folder: string;
}

function FolderPage({ mount, folder }: FolderProps) {
  const path = pathOf(mount, 'metadata', folder);
  const list: ApiRequest = { method: 'GET', path, query: { list: 'true' } };
  const names = useList(path);
  const navigate = useNavigate();
  const create = { to: '/vault/secrets/$mount/kv/create/$', params: { mount: mount.path, _splat: folder } } as const;
  useKey('n', () => void navigate(create));
  return (
    <>
      <PathBar mount={mount.path} name={folder} isFolder />
      <PageHead
        title={folder === '' ? mount.path : (folder.split('/').at(-1) as string)}
        badge={folder === '' ? `kv version ${mount.version}` : undefined}
        note={folder === '' ? 'Secrets of this engine.' : `Secrets in ${mount.path}/${folder}/`}
      >
        {folder === '' && (
          <ButtonLink to="/vault/secrets/$mount/configuration" params={{ mount: mount.path }}>
            Configuration
          </ButtonLink>
        )}
        <AsCommand request={list} />
        <ButtonLink kind="primary" icon={<PlusIcon />} {...create}>
          Create secret
        </ButtonLink>
      </PageHead>
      {isRefused(names.error) ? (
        <Refused mount={mount} folder={folder} />
      ) : (
        <Loaded of={names}>
          {(found) =>
            found.length === 0 ? (
              <EmptyFolder folder={folder}>
                <ButtonLink kind="primary" {...create}>
                  Create the first secret
                </ButtonLink>
              </EmptyFolder>
            ) : (
              <Names mount={mount} folder={folder === '' ? '' : `${folder}/`} names={found} />
            )
          }
        </Loaded>
      )}
    </>
  );
}

const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 403;

function Refused({ mount, folder }: FolderProps) {
  return (
    <Card title="These names may not be listed">
      <Alert kind="warn">
        This token lacks <code>list</code> on <code>{listPathOf(mount, folder)}</code>. Secrets whose path you know can
        be opened all the same.
      </Alert>
      <PathForm mount={mount.path} name={folder} isFolder />
    </Card>
  );
}

const EmptyFolder = ({ folder, children }: { readonly folder: string; readonly children: ReactNode }) => (
  <Card title="Nothing is here yet">
    <p>
      {folder === ''
        ? 'This engine keeps texts, numbers and JSON under paths of your choice, such as app/database. It has no secret yet.'
        : 'No secret has a path that begins with this folder: folders come and go with their secrets.'}
    </p>
    <div>{children}</div>
  </Card>
);

function Names({ mount, folder, names }: FolderProps & { readonly names: readonly string[] }) {
  const [filter, setFilter] = useState('');
  const [sought, setSought] = useState<string>();
  const field = useRef<HTMLFormElement>(null);
  useKey('/', () => field.current?.querySelector('input')?.focus());
  const wanted = filter.toLowerCase();
  const shown = wanted === '' ? names : names.filter((name) => name.toLowerCase().includes(wanted));
  return (
    <section className={styles.browser}>
      <Form ref={field} className={styles.filter} onSend={() => setSought(filter)}>
        <TextField
          label="Filter"
          type="search"
          aria-keyshortcuts="/"
          value={filter}
          onText={(text) => {
            setFilter(text);
            setSought(undefined);
          }}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" icon={<SearchIcon />} disabled={filter === ''}>
          Search below here
        </Button>
      </Form>
      {sought === undefined ? (
        <>
          <p className={styles.count} role="status">
            {shown.length === names.length
              ? countedAs(names.length)
              : `${countOf(shown.length)} of ${countedAs(names.length)}`}
          </p>
          {shown.length === 0 ? (
            <p>No name here has “{filter}” in it. Search below here looks through the folders, too.</p>
          ) : (
            <NameList label="Secrets and folders" mount={mount.path} folder={folder} names={shown} />
          )}
        </>
      ) : (
        <FoundBelow key={sought} mount={mount} folder={folder} sought={sought} onClose={() => setSought(undefined)} />
      )}
    </section>
  );
}

const countedAs = (count: number): string => `${countOf(count)} ${count === 1 ? 'name' : 'names'}`;
