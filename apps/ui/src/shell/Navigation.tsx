import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { type ClusterStatus, useStatus } from '../cluster/queries';
import { countOf } from '../ui/format';
import { HealthIcon } from '../ui/HealthIcon';
import { type Destination, DESTINATIONS } from './destinations';
import styles from './Frame.module.css';

export function Navigation({ isOpen, onLeave }: { readonly isOpen: boolean; readonly onLeave: () => void }) {
  const status = useStatus();
  return (
    <nav className={styles.navigation} aria-label="Pages" data-open={isOpen || undefined} onClick={onLeave}>
      {DESTINATIONS.map(({ group, pages }) => (
        <Fragment key={group ?? ''}>
          {group !== undefined && <h2>{group}</h2>}
          {pages.map((page) => (
            <PageLink key={page.to} page={page} status={status} />
          ))}
        </Fragment>
      ))}
    </nav>
  );
}

function PageLink({ page, status }: { readonly page: Destination; readonly status: ClusterStatus }) {
  const { to, title, icon: Icon, isExact = false } = page;
  const health = page.health?.(status);
  const count = page.count?.(status);
  if (count === 0) return null;
  return (
    <Link to={to} activeOptions={{ exact: isExact }}>
      <Icon /> {title} {count !== undefined && `(${countOf(count)})`}{' '}
      {health !== undefined && <HealthIcon health={health} />}
    </Link>
  );
}
