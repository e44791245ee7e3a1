import { type ForwardingLevel, TidelockError } from '@tidelock/kernel';
import type { LocalStore } from '@tidelock/store';
import { fingerprintOf, issueCertificate, type KeyPairPem } from '../cluster-port/certificates';
import type { ActivationBundle } from '../join/bundle';
import { type Credentials, type Role, setBroker } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';
import type { ReplicationParts } from '../ports/parts';

/** Where secondaries reach this primary's cluster port, in the order to try. */
export const clusterAddrsOf = (
  { primaryClusterAddr }: Role,
  { clusterAddr }: ReplicationParts['settings'],
): string[] => [(primaryClusterAddr || clusterAddr).replace(/\/+$/, '')];

/** How a secondary is to be admitted. */
export interface AdmissionOrder {
  /** How long it may take to join. */
  readonly ttlSeconds: number;
  /** What the primary does for it; absent = what is known, or the default. */
  readonly forwarding?: ForwardingLevel;
}

export interface Inviter extends Pick<ReplicationParts, 'clock' | 'settings'> {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly secondaries: SecondaryRegistry;
}

/** Invites a secondary, with the caller's transaction: its certificate, and what it needs to find this cluster. */
export async function invite(
  { clock, settings, role, credentials, secondaries }: Inviter,
  id: string,
  ttlSeconds: number,
  local: LocalStore,
): Promise<ActivationBundle> {
  const { authority } = credentials;
  if (authority.privateKey === undefined) throw new TidelockError('INTERNAL');
  const now = clock.now();
  const expiresAt = now + ttlSeconds * 1000;
  const identity = await issueCertificate(authority as KeyPairPem, { name: id, usage: 'client' }, now);
  await secondaries.add(local, {
    id,
    state: 'pending',
    fingerprint: fingerprintOf(identity.certificate),
    createdAt: now,
    expiresAt,
  });
  const broker = setBroker(settings, credentials);
  return {
    set_id: role.setId,
    secondary_id: id,
    client_certificate: identity.certificate,
    client_private_key: identity.privateKey,
    ca_certificate: authority.certificate,
    primary_cluster_addrs: clusterAddrsOf(role, settings),
    primary_api_addr: settings.apiAddr,
    ...(broker && { brokers: broker.brokers }),
    expires_at: expiresAt,
  };
}
