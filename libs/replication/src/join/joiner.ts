import type { JWK } from 'jose';
import { badRequest, isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';
import { ClusterClient } from '../cluster-port/cluster-client';
import type { ReplicationHost } from '../roles/settings';
import { addressIn } from './activation-token';
import { type ActivationBundle, type BootstrapQuestion, type BootstrapSecrets, identityOf, isActivationBundle } from './bundle';
import { newJoinerKey } from './joiner-encryption';
import { newRecipientKeyPair } from '../keys/recipient-key';

/** `secondary/enable` as the operator gave it. */
export interface ActivationOrder {
  readonly token: string;
  readonly primaryApiAddr?: string;
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Everything a joiner needs, obtained without touching what it has. */
export interface Admission {
  readonly bundle: ActivationBundle;
  readonly secrets: BootstrapSecrets;
  /** Private half of the key that was registered with the primary. */
  readonly rotationPrivateKey: JWK;
}

/** What a joiner says of itself. */
export type JoinerFacts = Pick<BootstrapQuestion, 'development' | 'broker'>;

/**
 * Asks the primary for admission: unwraps the activation token over its API, then fetches the set's secrets over its
 * cluster port. Whatever fails here leaves this cluster as it was.
 *
 * @throws {TidelockError} INVALID_REQUEST for a token that is refused; PRIMARY_UNREACHABLE (502) naming the address tried.
 */
export async function askForAdmission(host: ReplicationHost, order: ActivationOrder, joiner: JoinerFacts): Promise<Admission> {
  if (order.token === '') throw badRequest('token must be specified');
  const address = order.primaryApiAddr || addressIn(order.token);
  if (address === '') throw badRequest('primary_api_addr must be specified as the token does not contain an address');
  const { primaryApiAddr: _, ...unwrap } = order;
  const bundle = await host.unwrap({ ...unwrap, address });
  if (!isActivationBundle(bundle)) throw badRequest('error response unwrapping secondary token; the token does not hold a replication activation');
  const rotation = await newRecipientKeyPair();
  return { bundle, secrets: await fetchSecrets(bundle, rotation.publicKey, joiner), rotationPrivateKey: rotation.privateKey };
}

async function fetchSecrets(bundle: ActivationBundle, rotationKey: JWK, joiner: JoinerFacts): Promise<BootstrapSecrets> {
  const addresses = bundle.primary_cluster_addrs;
  const client = new ClusterClient({
    setId: bundle.set_id,
    authority: bundle.ca_certificate,
    identity: identityOf(bundle),
    addresses: () => addresses,
  });
  const key = await newJoinerKey();
  try {
    const question = { publicKey: key.publicKey, rotationKey, ...joiner } as BootstrapQuestion;
    const { jwe } = await client.call<{ jwe: string }>('bootstrap', question);
    return await key.open(jwe);
  } catch (error) {
    if (isTidelockError(error, 'PRIMARY_UNREACHABLE') || isTidelockError(error, 'INVALID_REQUEST')) throw error;
    throw new TidelockError('PRIMARY_UNREACHABLE', {
      text: `the primary cluster refused to hand out the set's keys at ${addresses.join(', ')}: ${reasonOf(error)}`,
      cause: error,
    });
  } finally {
    client.close();
  }
}
