import { badRequest, isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';
import type { LocalStore, StreamPosition } from '@tidelock/store';
import { ClusterClient, PrimaryUnreachable } from '../cluster-port/cluster-client';
import type { Admission } from '../join/joiner';
import { dropPendingKey } from '../join/activation';
import type { Quarantine } from '../quarantine/quarantine';
import type { HeartbeatCall } from '../cluster-port/heartbeat';
import { adoptKeyring, keysIn } from './keyring-change';
import {
  type Credentials,
  endOfEpoch,
  readCredentials,
  type Role,
  writeCredentials,
  writeRole,
} from '../membership/role-store';
import { credentialsOf, roleOf } from './take-over';
import type { ReplicationParts } from '../ports/parts';

const ANSWER_MS = 3000;

/** @throws {TidelockError} INVALID_REQUEST for a primary of another set, or of an epoch that this cluster has seen end. */
export function requireSameSet(role: Role, { bundle, secrets }: Admission): void {
  if (bundle.set_id !== role.setId) {
    throw badRequest(
      'the token is of another replication set; disable replication here and enable it with the token, which wipes this cluster',
    );
  }
  const latest = Math.max(role.epoch, role.fenced?.byEpoch ?? 0);
  if (secrets.epoch < latest)
    throw badRequest(
      `the token is of a primary of epoch ${secrets.epoch}; this cluster knows of epoch ${latest}: give it a token of the present primary`,
    );
}

/**
 * Follows another primary of the set, without a wipe. What this cluster had acknowledged as primary and the set has not goes into
 * quarantine; the rest is brought in step by comparison, or by the stream alone where that goes on from here. Durable when this returns.
 */
export async function rejoin(parts: RejoinParts, former: Role, admission: Admission): Promise<Role> {
  const { store } = parts;
  const { leadsOn, credentials } = await putInOrder(parts, former, admission);
  const role: Role = { ...roleOf(admission), mode: 'secondary' };
  const unit = store.begin();
  enter(unit.local, role, credentials);
  if (leadsOn) await unit.commit();
  else await store.moveTo(undefined, { unit });
  return role;
}

/** The same where this cluster has barrier keys that the set has not. To be called while nothing is served. */
export async function rejoinWithSetsKeys(parts: RejoinParts, former: Role, admission: Admission): Promise<void> {
  const { credentials } = await putInOrder(parts, former, admission);
  const sealRow = await parts.host.sealRowFor(keysIn(admission).rootKey);
  await adoptKeyring(parts, admission, (local) => {
    enter(local, { ...roleOf(admission), mode: 'bootstrapping' }, credentials);
    local.put('cluster', sealRow);
  });
}

type RejoinParts = ReplicationParts & { readonly quarantine: Quarantine };

function enter(local: LocalStore, role: Role, credentials: Credentials): void {
  writeRole(local, role);
  writeCredentials(local, credentials);
  dropPendingKey(local);
}

/** Safe to repeat. @returns whether the stream leads on from where this cluster stands, and what to follow it with. */
async function putInOrder({ store, barrier, quarantine }: RejoinParts, former: Role, admission: Admission) {
  // The set may have been given another root key while this cluster was away.
  barrier.expectRootKey(keysIn(admission).rootKey);
  const place = await store.streamPosition();
  const end = endOfEpoch(admission.secrets.epochs, place?.epoch ?? former.epoch);
  const { stream, reignKeys } = await readCredentials(store.local);
  const [unpublished] = await store.journal.read(end ?? Number.MAX_SAFE_INTEGER, 1, 1);
  if (end !== undefined) await quarantine.setAside(end);
  const credentials = credentialsOf(admission);
  return {
    leadsOn: unpublished === undefined && isOnTheWay(place, end) && stream === credentials.stream,
    // What is left of the epochs before is signed by their reigns.
    credentials: { ...credentials, reignKeys: { ...reignKeys, ...credentials.reignKeys } },
  };
}

/** The stream leads on only from a place that the later epochs build on. */
const isOnTheWay = (place: StreamPosition | undefined, end: number | undefined): boolean =>
  end === undefined || place === undefined || place.index <= end;

/**
 * @returns those of the addresses at which the primary answers this cluster's certificate, in the same order.
 * @throws {TidelockError} PRIMARY_UNREACHABLE when there is none.
 */
export async function addressesThatAnswer(
  { store, settings, clock }: ReplicationParts,
  { setId }: Role,
  addresses: readonly string[],
): Promise<string[]> {
  const { authority, identity } = await readCredentials(store.local);
  const question: HeartbeatCall = {
    apiAddr: settings.apiAddr,
    clusterAddr: settings.clusterAddr,
    appliedIndex: await store.settle(),
    time: clock.now(),
    lastRoundTripMs: -1,
    canaryAgeMs: 0,
  };
  const outcomes = await Promise.all(
    addresses.map(async (address) => {
      const client = new ClusterClient({
        setId,
        authority: authority.certificate,
        identity,
        addresses: () => [address],
      });
      try {
        await client.call('heartbeat', question, { timeoutMilliseconds: ANSWER_MS });
        return { address };
      } catch (error) {
        // A primary that refuses us is one.
        if (isTidelockError(error) && !(error instanceof PrimaryUnreachable)) throw error;
        return { address, reason: reasonOf(error) };
      } finally {
        client.close();
      }
    }),
  );
  const answering = outcomes.filter(({ reason }) => reason === undefined).map(({ address }) => address);
  if (answering.length > 0) return answering;
  throw new TidelockError(
    'PRIMARY_UNREACHABLE',
    `the primary answers at none of the addresses: ${outcomes.map(({ reason }) => reason).join('; ')}`,
  );
}
