import { ThreeBarsIcon } from '@primer/octicons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useStatus } from '../cluster/queries';
import { clusterHealth, memberName, setIdOf } from '../cluster/words';
import { timeLeft } from '../session/keeper';
import { useSession } from '../session/useToken';
import { Alert } from '../ui/Alert';
import { Button } from '../ui/Button';
import { amountOf, durationOf, timeOf } from '../ui/format';
import { HealthIcon } from '../ui/HealthIcon';
import { Mark } from '../ui/Mark';
import styles from './Frame.module.css';
import { Navigation } from './Navigation';
import { StatusMenu } from './StatusMenu';
import { ThemeButton } from './ThemeButton';
import { UserMenu } from './UserMenu';

/** What stands around every page of who is signed in. */
export function Frame() {
  const session = useSession();
  const { unreachable } = useStatus();
  const [isOpen, setOpen] = useState(false);
  useFocusAfterNavigation();
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <header className={styles.top}>
        <span className={styles.drawer}>
          <Button
            kind="quiet"
            aria-label="Pages"
            aria-expanded={isOpen}
            icon={<ThreeBarsIcon />}
            onClick={() => setOpen(!isOpen)}
          />
        </span>
        <Link to="/vault/secrets" className={styles.home}>
          <Mark size={28} /> Tidelock
        </Link>
        <ClusterPill />
        <span className={styles.gap} />
        <StatusMenu />
        <ThemeButton />
        {session !== undefined && <UserMenu session={session} />}
      </header>
      <Navigation isOpen={isOpen} onLeave={() => setOpen(false)} />
      <main id="page" className={styles.page} tabIndex={-1} data-stale={unreachable || undefined}>
        <Banners />
        <Outlet />
      </main>
    </div>
  );
}

/** Says on every page which cluster this is: nobody demotes the wrong one. */
function ClusterPill() {
  const status = useStatus();
  const { replication, health } = status;
  const setId = setIdOf(replication);
  return (
    <span className={styles.pill} title={health?.cluster_name}>
      <HealthIcon health={clusterHealth(status)} size={12} />
      <span className={styles.name}>{memberName(replication) ?? health?.cluster_name ?? 'this cluster'}</span>
      {setId !== undefined && <code>{setId.slice(0, 8)}</code>}
    </span>
  );
}

function Banners() {
  const left = useSyncExternalStore(timeLeft.subscribe, timeLeft.get);
  const { unreachable, readAt, replication } = useStatus();
  const fenced = replication?.mode === 'secondary' ? replication.fenced : undefined;
  return (
    <>
      {unreachable && (
        <Alert kind="warn" title={readAt === 0 ? 'The server does not answer.' : `No answer since ${timeOf(readAt)}.`}>
          What is shown is from then. It is asked again every few seconds.
        </Alert>
      )}
      {fenced !== undefined && (
        <Alert kind="bad" title={`This cluster was primary until epoch ${fenced.by_epoch} began elsewhere.`}>
          It takes no writes. Kept aside of its own: {amountOf(fenced.quarantined, 'mutation')}.
        </Alert>
      )}
      {left !== undefined && <Alert kind="warn">This session ends in {durationOf(left)}. Save what you work on.</Alert>}
    </>
  );
}

/** Who reads by ear, or uses the keyboard, is led to the new page's heading. */
function useFocusAfterNavigation(): void {
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const heading = document.querySelector<HTMLElement>('main h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus();
  }, [pathname]);
}
