import type { KnownSecondary, PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { countOf, durationOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { lagWords } from './positions';

/** `flows`: something can move along it. `awaited`: nobody was there yet. */
type EdgeKind = 'flows' | 'cut' | 'awaited';

export interface Box {
  readonly name: string;
  readonly note: string;
  /** The word that its icon stands for. */
  readonly state: string;
  /** Of its UI; absent where it is this cluster, or told none. */
  readonly address?: string | undefined;
  readonly isHere?: boolean;
}

interface Edge {
  readonly kind: EdgeKind;
  readonly label: string;
}

/** Primary, broker and secondaries, as they are drawn. */
export interface Picture {
  readonly primary: Box & { readonly edge: Edge };
  readonly secondaries: readonly (Box & { readonly edge: Edge })[];
}

export function pictureOfPrimary(status: PrimaryStatus, now: number): Picture {
  const { known_secondaries: ids, secondaries, stream, epoch, last_performance_wal: index } = status;
  const isUp = stream?.brokerUp !== false;
  const waiting = stream?.pendingRows ?? 0;
  return {
    primary: {
      name: 'Primary, this cluster',
      note: `epoch ${epoch} · index ${countOf(index)}`,
      state: 'running',
      isHere: true,
      edge: { kind: isUp ? 'flows' : 'cut', label: isUp ? '' : `${countOf(waiting)} waiting` },
    },
    secondaries: ids.map((id) => {
      const heard = secondaries.find(({ node_id }) => node_id === id);
      return heard === undefined ? awaited(id, status.known_secondary_token_expires?.[id], now) : branchOf(heard, isUp);
    }),
  };
}

function awaited(name: string, expires: string | undefined, now: number): Picture['secondaries'][number] {
  const left = Date.parse(expires ?? '') - now;
  const note = Number.isNaN(left)
    ? 'token not used yet'
    : left > 0
      ? `token valid ${durationOf(left)}`
      : 'token has ended';
  return { name, note, state: '', edge: { kind: 'awaited', label: 'not joined yet' } };
}

function branchOf(heard: KnownSecondary, isUp: boolean): Picture['secondaries'][number] {
  const { node_id: name, connection_status: connection, api_address: address } = heard;
  const isConnected = connection === 'connected';
  return {
    name,
    note: `${connection} · ${sharesOf(heard)}`,
    state: connection,
    address,
    edge: { kind: isConnected && isUp ? 'flows' : 'cut', label: lagWords(heard) },
  };
}

function sharesOf({ stream, hidden_mounts: hidden }: KnownSecondary): string {
  if (stream === 'full') return 'everything';
  return hidden === undefined ? 'filtered' : `filtered: ${countOf(hidden)} hidden`;
}

/** The same seen from a secondary, which knows of nobody but its primary. */
export function pictureOfSecondary(status: SecondaryStatus): Picture {
  const { secondary_id, state, connection_state: connection, stream, primaries, lag_ms: lag } = status;
  const isRead = stream?.brokerUp !== false && healthOf(state) !== 'bad';
  return {
    primary: {
      name: 'Primary',
      note: connection,
      state: connection,
      address: primaries[0]?.api_address,
      edge: { kind: healthOf(connection) === 'down' ? 'awaited' : 'flows', label: '' },
    },
    secondaries: [
      {
        name: `${secondary_id}, this cluster`,
        note: `${state} · ${status.stream_followed === 'full' ? 'everything' : 'filtered'}`,
        state,
        isHere: true,
        edge: {
          kind: isRead ? 'flows' : 'cut',
          label: isRead ? (lag === undefined ? '' : durationOf(lag)) : 'stands still',
        },
      },
    ],
  };
}
