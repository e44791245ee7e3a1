import { badRequest, isTidelockError, reasonOf } from '@tidelock/kernel';
import { type BrokerSettings, newSigningKey, readerGroup, SigningKey, streamTopic } from '@tidelock/stream';
import type { JWK } from 'jose';
import { ClusterClient, isRefused } from '../cluster-port/cluster-client';
import {
  addressIn,
  brokersIn,
  isEncryptedActivation,
  openEncryptedActivation,
  pendingKey,
  stepFailed,
} from './activation';
import {
  type ActivationBundle,
  type BootstrapQuestion,
  type BootstrapSecrets,
  identityOf,
  isActivationBundle,
} from './bundle';
import { decryptWith, newRecipientKeyPair, type RecipientKeyPair } from '../keys/recipient-key';
import { type OwnMember, registrationOf } from '../set-members/member';
import { publicKeyOf } from '../membership/own-member';
import { readCredentials, readRole } from '../membership/role-store';
import type { UnwrapOrder } from '../ports/host';
import type { ReplicationParts } from '../ports/parts';

/** `secondary/enable` as the operator gave it. */
export interface ActivationOrder extends Omit<UnwrapOrder, 'address'> {
  readonly primaryApiAddr?: string;
}

/** Everything a joiner needs, obtained without touching what it has. */
export interface Admission {
  readonly bundle: ActivationBundle;
  readonly secrets: BootstrapSecrets;
  /** Private half of the key that was registered with the primary. */
  readonly rotationPrivateKey: JWK;
  /** This cluster as the member that was registered. */
  readonly member: OwnMember;
}

/** Where a primary makes activation tokens; the second is the old name. */
const ACTIVATION_PATHS = [
  'sys/replication/performance/primary/secondary-token',
  'sys/replication/primary/secondary-token',
];
/** Characters of another path, in an error. */
const LONGEST_SHOWN = 128;

export type JoinerParts = Pick<ReplicationParts, 'host' | 'settings' | 'store' | 'clock' | 'access' | 'probe'>;

/** What an operator does with the token of an activation that stopped. */
const STILL_GOOD = 'the token was not used, and is good until it expires';
const GOOD_AGAIN = 'the token can be used again until it expires';
const usedUp = (id: string): string =>
  `the token is used up: revoke "${id}" at the primary (primary/revoke-secondary) and make a new one`;

/**
 * Asks a primary for admission, step by step: opens the activation token (over the primary's API, or with the key that it was
 * encrypted to), fetches the set's secrets over the cluster port, and tries whether the set's stream can be followed from
 * here. Whatever fails leaves this cluster as it was. Who changes this cluster afterwards drops the pending key (`dropPendingKey`).
 *
 * @throws {TidelockError} INVALID_REQUEST for a token that is refused, and from the broker on: a client that asked again by itself would only
 *   be told that the token is used up. PRIMARY_UNREACHABLE (502) before. Each names the step, the address tried and what to do.
 */
export async function admissionFrom(parts: JoinerParts, order: ActivationOrder): Promise<Admission> {
  const { open } = await inspectActivation(parts, order);
  const bundle = await open();
  const { publicKey, privateKey } = await rotationKeyOf(parts, order);
  const member = { id: bundle.secondary_id, key: await signingKeyOf(parts, bundle) };
  const fate = isEncryptedActivation(order.token) ? GOOD_AGAIN : usedUp(bundle.secondary_id);
  const secrets = await fetchSecrets(parts, bundle, { rotationKey: publicKey, member, fate });
  await requireStream(parts, bundle, secrets, fate);
  return { bundle, secrets, rotationPrivateKey: privateKey, member };
}

/**
 * The key that is registered with the primary. An encrypted activation can be tried again after a failure, and the primary answers again
 * only to the key that asked first: so the key that it was encrypted to is used.
 */
async function rotationKeyOf({ store }: JoinerParts, { token }: ActivationOrder): Promise<RecipientKeyPair> {
  const pending = isEncryptedActivation(token) ? await pendingKey(store.local) : undefined;
  if (pending === undefined) return newRecipientKeyPair();
  const { d: _, ...publicKey } = pending;
  return { publicKey: publicKey as JWK, privateKey: pending };
}

/** A cluster that stays in its set keeps its key, so that it stays one member, whatever id it is given. */
async function signingKeyOf({ store }: JoinerParts, { set_id: set }: ActivationBundle): Promise<string> {
  const isSame = (await readRole(store.local)).setId === set;
  return (isSame ? (await readCredentials(store.local)).member?.key : undefined) ?? newSigningKey();
}

interface Inspected {
  readonly primary: string;
  /** Uses the token up, unless it is encrypted to this cluster. */
  open(): Promise<ActivationBundle>;
}

/** What is in a token, and whether the broker can be reached, without using the token up. @throws as `admissionFrom` does. */
export async function inspectActivation(parts: JoinerParts, order: ActivationOrder): Promise<Inspected> {
  const { host, store, clock, settings } = parts;
  const unwrap = isEncryptedActivation(order.token) ? undefined : unwrapOrderOf(order);
  if (settings.broker !== undefined) await requireBroker(parts, settings.broker, STILL_GOOD);
  if (unwrap === undefined) {
    const bundle = await openEncryptedActivation(order.token, { local: store.local, clock });
    await requireNamedBroker(parts, bundle.brokers);
    return { primary: bundle.primary_cluster_addrs.join(', '), open: async () => bundle };
  }
  await requireActivation(host, unwrap);
  await requireNamedBroker(parts, brokersIn(order.token));
  return { primary: unwrap.address, open: () => unwrapped(host, unwrap) };
}

async function unwrapped(host: JoinerParts['host'], unwrap: UnwrapOrder): Promise<ActivationBundle> {
  const bundle = await host.unwrap(unwrap);
  if (isActivationBundle(bundle)) return bundle;
  throw badRequest('error response unwrapping secondary token; the token does not hold a replication activation');
}

/** Any client of the primary can have it wrap what it likes, a bundle of its own making as well: only what the primary made is believed. */
async function requireActivation(host: JoinerParts['host'], unwrap: UnwrapOrder): Promise<void> {
  const path = await host.lookUp(unwrap);
  if (ACTIVATION_PATHS.includes(path)) return;
  throw badRequest(
    `error response unwrapping secondary token; it is not a replication activation token: the primary made it for ${JSON.stringify(path.slice(0, LONGEST_SHOWN))}, ` +
      'and not for primary/secondary-token. It was not used; see who gave it to you',
  );
}

function unwrapOrderOf({ primaryApiAddr, ...order }: ActivationOrder): UnwrapOrder {
  if (order.token === '') throw badRequest('token must be specified');
  const address = primaryApiAddr || addressIn(order.token);
  if (address === '') throw badRequest('primary_api_addr must be specified as the token does not contain an address');
  return { ...order, address };
}

async function fetchSecrets(
  parts: JoinerParts,
  bundle: ActivationBundle,
  { rotationKey, member, fate }: { rotationKey: JWK; member: OwnMember; fate: string },
): Promise<BootstrapSecrets> {
  const addresses = bundle.primary_cluster_addrs;
  const client = new ClusterClient({
    setId: bundle.set_id,
    authority: bundle.ca_certificate,
    identity: identityOf(bundle),
    addresses: () => addresses,
  });
  // For this one call: what is answered opens in this process only.
  const { publicKey, privateKey } = await newRecipientKeyPair();
  try {
    const question: BootstrapQuestion = { publicKey, rotationKey, ...signedBy(member, bundle), ...factsOf(parts) };
    const { jwe } = await client.call<{ jwe: string }>('bootstrap', question);
    return await decryptWith(privateKey, jwe);
  } catch (error) {
    if (isTidelockError(error, 'INVALID_REQUEST')) throw error;
    throw stepFailed('cluster address', {
      code: 'INVALID_REQUEST',
      tried: addresses.join(', '),
      cause: error,
      text: isTidelockError(error, 'PRIMARY_UNREACHABLE')
        ? error.message
        : `the primary cluster refused to hand out the set's keys: ${reasonOf(error)}`,
      next: isRefused(error)
        ? 'make a new token at the primary'
        : "check that this cluster can reach the primary's cluster port (primary/enable with primary_cluster_addr gives out another address). " +
          `As for this activation, ${fate}`,
    });
  } finally {
    client.close();
  }
}

function signedBy(
  { id, key }: OwnMember,
  bundle: ActivationBundle,
): Pick<BootstrapQuestion, 'signingKey' | 'signingProof'> {
  const registration = registrationOf(bundle.set_id, { id, authority: bundle.ca_certificate });
  return { signingKey: publicKeyOf(key), signingProof: new SigningKey(key).sign(registration).toString('base64') };
}

/** What this cluster says of itself. */
function factsOf({ settings, access }: JoinerParts): Pick<BootstrapQuestion, 'development' | 'broker'> {
  const { development, broker } = settings;
  const principal = broker && access.principalOf(broker);
  return { development, ...(broker && { broker: { ...(principal && { principal }) } }) };
}

/** @throws {TidelockError} INVALID_REQUEST naming the step `broker`. */
async function requireBroker({ probe, settings }: JoinerParts, broker: BrokerSettings, fate: string): Promise<void> {
  await probe.reach(broker).catch(brokerAway(broker.brokers, settings.broker ? OWN_BROKER : NAMED_BROKER, fate));
}

/**
 * Where this cluster has no broker of its own: whether anybody listens where the activation names one. Its credentials are not known yet.
 *
 * @throws {TidelockError} INVALID_REQUEST naming the step `broker`.
 */
async function requireNamedBroker({ probe, settings }: JoinerParts, named: unknown): Promise<void> {
  if (settings.broker !== undefined || !Array.isArray(named) || named.length === 0) return;
  const brokers = named.map(String);
  await probe.listens(brokers).catch(brokerAway(brokers, NAMED_BROKER, STILL_GOOD));
}

const OWN_BROKER = 'check the broker "kafka" stanza of this cluster, and the network';
const NAMED_BROKER =
  'the primary names this broker: check the network, or give this cluster a broker "kafka" stanza with addresses that work from here';

/** For a `catch`. */
const brokerAway = (brokers: readonly string[], next: string, fate: string) => (cause: unknown) => {
  throw stepFailed('broker', {
    code: 'INVALID_REQUEST',
    text: `the broker cannot be reached: ${reasonOf(cause)}`,
    tried: brokers.join(', '),
    next: `${next}. As for this activation, ${fate}`,
    cause,
  });
};

/**
 * Whether this cluster could follow the set's stream.
 *
 * @throws {TidelockError} INVALID_REQUEST naming the step `broker` or `topic`.
 */
async function requireStream(
  parts: JoinerParts,
  bundle: ActivationBundle,
  secrets: BootstrapSecrets,
  fate: string,
): Promise<void> {
  const broker = parts.settings.broker ?? secrets.broker;
  await requireBroker(parts, broker, fate);
  // The topic is the primary's, also where this cluster reaches the broker by addresses of its own.
  const topic = streamTopic(secrets.broker, bundle.set_id);
  const group = readerGroup(secrets.broker, bundle.set_id, bundle.secondary_id);
  await parts.probe.read(broker, topic, group).catch((error: unknown) => {
    throw stepFailed('topic', {
      code: 'INVALID_REQUEST',
      text: `the topic ${topic} cannot be read: ${reasonOf(error)}`,
      tried: broker.brokers.join(', '),
      cause: error,
      next:
        'check that this is the broker (or a mirror of it) that the primary publishes to, and that this cluster may read there. ' +
        `As for this activation, ${fate}`,
    });
  });
}
