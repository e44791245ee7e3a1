import { useNavigate, useRouter } from '@tanstack/react-router';
import { useStatus } from '../../cluster/queries';
import { useMay } from '../../session/may';
import { useRead } from '../../session/read';
import type { Envelope } from '../../api/send';
import { DESTINATIONS } from '../destinations';
import { leave } from '../signing-out';
import { chooseTheme, useOtherTheme } from '../theme';
import { ACTIONS } from './actions';
import { ranked } from './fuzzy';
import { placesOfMount, placesOf, type MountsAnswer, secretMountsIn, type SecretMount } from './places';

/** A line of the palette. */
export interface Entry {
  readonly title: string;
  readonly kind: 'Go to' | 'Do' | 'Recent' | 'Secrets engine' | 'Path';
  readonly detail?: string;
  readonly choose: () => void;
}

const SHOWN = 50;

/** These are there anyway. */
const PLACES: readonly string[] = [...DESTINATIONS.flatMap(({ pages }) => pages), ...ACTIONS].map(({ to }) => to);

/** Asked when the palette is opened: what has gone since is a page that says so. */
const MOUNTS = { method: 'GET', path: 'sys/internal/ui/mounts' } as const;

/** What answers to what was typed, the best first; a path that has a page comes before everything. */
export function useEntries(typed: string, recent: readonly string[], onHelp: () => void): readonly Entry[] {
  const navigate = useNavigate();
  const router = useRouter();
  const mounts = secretMountsIn(useRead<Envelope<MountsAnswer>>(MOUNTS).data?.data ?? {});
  const pages = usePages();
  const commands = useCommands(onHelp);
  const isThere = (place: string): boolean => router.getMatchedRoutes(place)[2] !== undefined;
  const goTo = (place: string) => (): void => void navigate({ href: place });
  const entries: Entry[] = [
    ...recent.filter((place) => !PLACES.includes(place)).map((place) => recentEntry(place, goTo)),
    ...pages,
    ...mounts.flatMap((mount) => mountEntries(mount, placesOfMount(mount).find(isThere), goTo)),
    ...commands,
  ];
  const place = placesOf(typed, mounts).find(isThere);
  const path: Entry[] =
    place === undefined ? [] : [{ title: typed.trim(), kind: 'Path', detail: wordsOf(place), choose: goTo(place) }];
  return [...path, ...ranked(typed, entries, ({ title, detail = '' }) => `${title} ${detail}`)].slice(0, SHOWN);
}

/** An address as a person would say it. */
function wordsOf(place: string): string {
  const path = place.replace(/^\/vault\//, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const recentEntry = (place: string, goTo: (place: string) => () => void): Entry => ({
  title: wordsOf(place),
  kind: 'Recent',
  choose: goTo(place),
});

const mountEntries = (mount: SecretMount, place: string | undefined, goTo: (place: string) => () => void): Entry[] =>
  place === undefined
    ? []
    : [
        {
          title: `${mount.path}/`,
          kind: 'Secrets engine',
          detail: [mount.type, mount.description].filter(Boolean).join(', '),
          choose: goTo(place),
        },
      ];

/** The pages that there are for everybody, and what the token may do on others. */
function usePages(): Entry[] {
  const navigate = useNavigate();
  const { replication } = useStatus();
  const may = useMay(...ACTIONS.flatMap(({ needs }) => (needs === undefined ? [] : [needs[0]])));
  const actions = ACTIONS.filter(
    ({ needs, when }) => (needs === undefined || may(...needs)) && (when?.(replication) ?? true),
  );
  return [
    ...DESTINATIONS.flatMap(({ pages }) => pages).map(({ to, title, fullTitle = title }): Entry => ({
      title: fullTitle,
      kind: 'Go to',
      choose: () => void navigate({ to }),
    })),
    ...actions.map(({ to, title }): Entry => ({ title, kind: 'Do', choose: () => void navigate({ to }) })),
  ];
}

function useCommands(onHelp: () => void): Entry[] {
  const theme = useOtherTheme();
  return [
    { title: `Use the ${theme} theme`, kind: 'Do', choose: () => chooseTheme(theme) },
    { title: 'Keyboard shortcuts', kind: 'Do', choose: onHelp },
    { title: 'Sign out', kind: 'Do', choose: () => void leave() },
  ];
}
