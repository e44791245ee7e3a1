import { badRequest, TidelockError } from '@tidelock/kernel';
import type { LocalReader, LocalStore } from '@tidelock/store';
import { type BrokerSettings, type EpochStart, FULL_STREAM } from '@tidelock/stream';
import type { JWK } from 'jose';
import type { KeyPairPem } from '../cluster-port/certificates';
import type { OwnMember, OwnReign } from '../set-members/member';
import type { ReplicationSettings } from '../ports/parts';

/** What a cluster is in its replication set. `bootstrapping`: a secondary whose first copy is not complete. */
export type ReplicationMode = 'disabled' | 'primary' | 'bootstrapping' | 'secondary';

/** Plain facts of the role, readable while sealed. */
export interface Role {
  readonly mode: ReplicationMode;
  /** The replication set: status calls it `cluster_id`. `""` while disabled. */
  readonly setId: string;
  readonly epoch: number;
  /** Address that a primary gives out instead of its configured one. */
  readonly primaryClusterAddr: string;
  /** On a secondary: its id, and where its primary was last known to be. */
  readonly secondaryId: string;
  /** On a secondary: epoch of the primary that admitted it. Absent on all others, and on a former primary that none has admitted since. */
  readonly primaryEpoch?: number;
  readonly knownPrimaryClusterAddrs: readonly string[];
  readonly primaryApiAddr: string;
  /** A secondary without a primary: demoted, fenced, or told to forget the one it had. It follows nobody. */
  readonly idle: boolean;
  /** Names the reign of the cluster that started this epoch, as its `epoch-started` message does. */
  readonly reign: string;
  /** Where each epoch of the set began: on which message of the one before. The last hundred of them. */
  readonly epochs: readonly EpochStart[];
  /** This cluster was primary until a later epoch was found. */
  readonly fenced?: Fenced;
}

export interface Fenced {
  /** Of the reign that ended. */
  readonly epoch: number;
  readonly byEpoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const NO_ROLE: Role = {
  mode: 'disabled',
  setId: '',
  epoch: 0,
  primaryClusterAddr: '',
  secondaryId: '',
  knownPrimaryClusterAddrs: [],
  primaryApiAddr: '',
  idle: false,
  reign: '',
  epochs: [],
};

const MOST_EPOCHS = 100;

/** @returns the epochs with one more, the oldest forgotten. */
export const withEpoch = (epochs: readonly EpochStart[], start: EpochStart): EpochStart[] =>
  [...epochs, start].slice(-MOST_EPOCHS);

/** Index of the last message of an epoch that later ones build on; `undefined` while there is no later one. */
export const endOfEpoch = (epochs: readonly EpochStart[], epoch: number): number | undefined =>
  epochs.find((start) => start.epoch > epoch)?.after;

/** By epoch. */
export type ReignKeys = Readonly<Record<number, string>>;

/** Secrets of the role; behind the barrier. */
export interface Credentials {
  /** The set's CA. The private key is with the primary alone. */
  readonly authority: { readonly certificate: string; readonly privateKey?: string };
  /** This cluster's certificate on the cluster port. `term`: only on a secondary that made its key, of the barrier's data key that it was stored under at the earliest. */
  readonly identity: KeyPairPem & { readonly term?: number };
  /** Only on a secondary: what it showed before, while it is not known that the primary takes `identity`. */
  readonly formerIdentity?: Credentials['identity'];
  /** This cluster as a member of the set; absent where it joined before there were any. */
  readonly member?: OwnMember;
  /** Only on a primary: what its messages are signed with. */
  readonly reign?: OwnReign;
  /** Only on a secondary: public keys (base64) of the reigns that it follows or followed, by epoch. */
  readonly reignKeys?: ReignKeys;
  /** Keys of the stream this cluster publishes or follows, newest last, base64. */
  readonly streamKeys: readonly string[];
  /** Only on a secondary: after which index its stream has a key that was announced and not given to it. */
  readonly lacksKeyAfter?: number;
  /** Only on a primary: keys of the streams of paths filters, by filter id. */
  readonly filterStreamKeys?: Readonly<Record<string, readonly string[]>>;
  /** Only on a secondary: name of the stream that it follows; absent = the full one. */
  readonly stream?: string;
  /** Only on a primary: since when each key that came by a rotation has been in use, ms; by key id. */
  readonly streamKeysSince?: Readonly<Record<string, number>>;
  /** Only on a secondary: the private half of the key that it registered with its primary; stream keys are sent to it. */
  readonly rotationPrivateKey?: JWK;
  /** On a secondary the broker that its activation named, and on whoever was promoted the one that it followed. */
  readonly broker?: BrokerSettings;
  /** Only on a secondary, and only where both sides are in development mode. */
  readonly developmentRootToken?: string;
}

const ROLE = 'replication';
const CREDENTIALS = 'replication/credentials';

export async function readRole(local: LocalReader): Promise<Role> {
  const row = await local.row('cluster', ROLE);
  return row === undefined ? NO_ROLE : { ...NO_ROLE, ...(JSON.parse(row.value.toString('utf8')) as Partial<Role>) };
}

export function writeRole(local: Pick<LocalStore, 'put'>, role: Role): void {
  local.put('cluster', { key: ROLE, value: Buffer.from(JSON.stringify(role)) });
}

export async function readCredentials(local: LocalReader): Promise<Credentials> {
  const row = await local.row('record', CREDENTIALS);
  if (row === undefined)
    throw new Error('the replication credentials are missing from the local store: restore the database from a backup');
  return JSON.parse(row.value.toString('utf8')) as Credentials;
}

export function writeCredentials(local: Pick<LocalStore, 'put'>, credentials: Credentials): void {
  local.put('record', { key: CREDENTIALS, value: Buffer.from(JSON.stringify(credentials)) });
}

/** A primary's keys of one of its streams, oldest first; none for a stream that it does not publish. */
export const keysOf = ({ streamKeys, filterStreamKeys = {} }: Credentials, stream: string): readonly string[] =>
  stream === FULL_STREAM ? streamKeys : (filterStreamKeys[stream] ?? []);

/** @param keys none = the stream is given up. */
export function withKeys(credentials: Credentials, stream: string, keys: readonly string[]): Credentials {
  if (stream === FULL_STREAM) return { ...credentials, streamKeys: keys };
  const { [stream]: _, ...others } = credentials.filterStreamKeys ?? {};
  return { ...credentials, filterStreamKeys: keys.length === 0 ? others : { ...others, [stream]: keys } };
}

/** Keys of all streams of a primary. */
export const allKeys = ({ streamKeys, filterStreamKeys = {} }: Credentials): string[] => [
  ...streamKeys,
  ...Object.values(filterStreamKeys).flat(),
];

/**
 * The broker of the set as this cluster reaches it: by its own configuration, else as its activation told. Topics are the set's, also
 * where this cluster has another prefix configured.
 */
export function setBroker(
  { broker }: Pick<ReplicationSettings, 'broker'>,
  credentials: Pick<Credentials, 'broker'>,
): BrokerSettings | undefined {
  const reached = broker ?? credentials.broker;
  return reached && { ...reached, topicPrefix: credentials.broker?.topicPrefix ?? reached.topicPrefix };
}

/** The role is given up: nothing of it is left, quarantined mutations excepted. */
export function deleteRole(local: Pick<LocalStore, 'put' | 'delete'>): void {
  writeRole(local, NO_ROLE);
  local.delete('record', CREDENTIALS);
}

/** Of what only a secondary can do. */
export const notSecondary = (): TidelockError =>
  badRequest('performance replication secondary mode is not enabled on this cluster');

/** Why replicated state cannot be written on a cluster in this role; `undefined` = it can. */
export function writeRefusal({ fenced, mode }: Role, changing: boolean): TidelockError | undefined {
  if (fenced !== undefined)
    return badRequest(
      `this cluster was fenced at epoch ${fenced.epoch}; it is no longer the primary: write to the present primary, ` +
        'and give this cluster a token of it with secondary/update-primary',
    );
  if (mode === 'secondary' || mode === 'bootstrapping') return new TidelockError('READ_ONLY_REPLICA');
  if (changing)
    return new TidelockError('READ_ONLY_REPLICA', 'this cluster is changing its replication role; try again shortly');
  return undefined;
}
