import { useParams } from '@tanstack/react-router';
import { AsCommand } from '../../ui/AsCommand';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { filterOf, useFilters } from './filters';
import { LIST_FILTERS } from './calls';

const EDIT = '/vault/replication/performance/secondaries/config/$verb/$id';

export function ShowFilterPage() {
  const { id } = useParams({ from: '/frame/vault/replication/performance/secondaries/config/show/$id' });
  const filters = useFilters();
  const filter = filters.data && filterOf(filters.data, id);
  return (
    <>
      <PageHead title={`Path filter of ${id}`} note="Which mounts this secondary is given.">
        <ButtonLink to="/vault/replication/performance/secondaries">Secondaries</ButtonLink>
        <AsCommand request={{ method: 'GET', path: `${LIST_FILTERS.path}/${id}` }} />
        {filter && (
          <ButtonLink to={EDIT} params={{ verb: 'edit', id }} kind="primary">
            Edit config
          </ButtonLink>
        )}
      </PageHead>
      <Loaded of={filters}>
        {() =>
          filter ? (
            <Card title="Config">
              <Facts
                rows={[
                  ['Mode', filter.mode === 'allow' ? 'allow: only these' : 'deny: all but these'],
                  ['Paths', filter.paths.length === 0 ? 'none' : <Paths paths={filter.paths} />],
                ]}
              />
            </Card>
          ) : (
            <Card title="No config yet">
              <p>Everything replicates to this secondary, but for local mounts.</p>
              <div>
                <ButtonLink to={EDIT} params={{ verb: 'create', id }} kind="primary">
                  Create config
                </ButtonLink>
              </div>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

const Paths = ({ paths }: { readonly paths: readonly string[] }) => (
  <ul>
    {paths.map((path) => (
      <li key={path}>
        <code>{path}</code>
      </li>
    ))}
  </ul>
);
