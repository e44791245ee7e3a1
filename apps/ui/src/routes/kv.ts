import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frame } from './frame';

const MOUNT = '/vault/secrets/$mount/kv';

/** A number in the address; anything else is as if it were not there. */
const numberIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(Number(value ?? NaN)) ? Number(value) : undefined;

interface ShowSearch {
  /** Absent: the latest. */
  readonly version?: number;
}

interface DiffSearch {
  readonly from?: number;
  readonly to?: number;
}

const list = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/list/$`,
  component: lazyRouteComponent(() => import('../features/kv/BrowsePage'), 'BrowsePage'),
});

const show = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/show/$`,
  component: lazyRouteComponent(() => import('../features/kv/ShowPage'), 'ShowPage'),
  validateSearch: (search: Record<string, unknown>): ShowSearch => {
    const version = numberIn(search['version']);
    return version === undefined ? {} : { version };
  },
});

const create = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/create/$`,
  component: lazyRouteComponent(() => import('../features/kv/CreatePage'), 'CreatePage'),
});

const edit = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/edit/$`,
  component: lazyRouteComponent(() => import('../features/kv/EditPage'), 'EditPage'),
});

const history = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/history/$`,
  component: lazyRouteComponent(() => import('../features/kv/HistoryPage'), 'HistoryPage'),
});

const diff = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/diff/$`,
  component: lazyRouteComponent(() => import('../features/kv/DiffPage'), 'DiffPage'),
  validateSearch: (search: Record<string, unknown>): DiffSearch => {
    const [from, to] = [numberIn(search['from']), numberIn(search['to'])];
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  },
});

const metadata = createRoute({
  getParentRoute: () => frame,
  path: `${MOUNT}/metadata/$`,
  component: lazyRouteComponent(() => import('../features/kv/MetadataPage'), 'MetadataPage'),
});

export const kvRoutes = [list, show, create, edit, history, diff, metadata] as const;
