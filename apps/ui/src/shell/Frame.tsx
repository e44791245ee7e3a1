import { SearchIcon, ThreeBarsIcon } from '@primer/octicons-react';
import { Link, Outlet, useRouter } from '@tanstack/react-router';
import { lazy, type MouseEvent, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { useStatus } from '../cluster/queries';
import { clusterHealth, memberName, setIdOf } from '../cluster/words';
import { timeLeft } from '../session/keeper';
import { useSession } from '../session/useToken';
import { Alert } from '../ui/Alert';
import { Button } from '../ui/Button';
import { amountOf, durationOf, timeOf } from '../ui/format';
import { focusHeading } from '../ui/heading';
import { HealthIcon } from '../ui/HealthIcon';
import { MODIFIER } from '../ui/keys';
import { Mark } from '../ui/Mark';
import styles from './Frame.module.css';
import { Navigation } from './Navigation';
import { StatusMenu } from './StatusMenu';
import { ThemeButton } from './ThemeButton';
import { useShortcuts } from './shortcuts';
import { UserMenu } from './UserMenu';

// Few of those who wait for a page open one of them.
const loadPalette = async () => ({ default: (await import('./palette/Palette')).Palette });
const Palette = lazy(loadPalette);
const KeysDialog = lazy(async () => ({ default: (await import('./KeysDialog')).KeysDialog }));

/** What stands around every page of who is signed in. */
export function Frame() {
  const session = useSession();
  const { unreachable } = useStatus();
  const [isOpen, setOpen] = useState(false);
  const [above, setAbove] = useState<'palette' | 'help'>();
  const recent = useVisits();
  useShortcuts(setAbove);
  // Who presses Ctrl K goes on typing.
  useEffect(() => void globalThis.requestIdleCallback?.(() => void loadPalette()), []);
  const onHelp = (): void => setAbove('help');
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page" onClick={skipToPage}>
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
        <PaletteButton onClick={() => setAbove('palette')} />
        <StatusMenu />
        <ThemeButton />
        {session !== undefined && <UserMenu session={session} onHelp={onHelp} />}
      </header>
      <Navigation isOpen={isOpen} onLeave={() => setOpen(false)} />
      <main id="page" className={styles.page} tabIndex={-1} data-stale={unreachable || undefined}>
        <Banners />
        <Outlet />
      </main>
      {/* Each by itself: one that is loaded keeps none that is left in its place. */}
      <Suspense>
        {above === 'palette' && <Palette recent={recent} onHelp={onHelp} onClose={() => setAbove(undefined)} />}
      </Suspense>
      <Suspense>{above === 'help' && <KeysDialog onClose={() => setAbove(undefined)} />}</Suspense>
    </div>
  );
}

/** The address stays that of the page. */
function skipToPage(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('page')?.focus();
}

function PaletteButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" className={styles.search} aria-keyshortcuts="Control+K Meta+K" onClick={onClick}>
      <SearchIcon /> <span>Go to, or do…</span>
      <kbd>{MODIFIER} K</kbd>
    </button>
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

/** As many as one remembers oneself. */
const RECENT = 8;

/** Leads to the heading of each page that is gone to. @returns where this tab has been, the page before this one first: forgotten with the frame. */
function useVisits(): readonly string[] {
  const router = useRouter();
  const [visited, setVisited] = useState<readonly string[]>([]);
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return;
        focusHeading();
        if (fromLocation.pathname === '/vault/auth') return;
        setVisited((before) =>
          [fromLocation.href, ...before.filter((place) => place !== fromLocation.href)].slice(0, RECENT),
        );
      }),
    [router],
  );
  return visited;
}
