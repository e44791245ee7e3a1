import { identityOf } from '../join/bundle';
import type { Admission } from '../join/joiner';
import { type Credentials, NO_ROLE, type Role, writeCredentials, writeRole } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';
import { keysIn } from './keyring-change';

/**
 * Turns this cluster into a secondary of another set: everything it had is put aside or deleted, and it goes on with the
 * set's keys. One step: a restart at any moment finds the cluster as it was, or resumes the first copy.
 */
export async function takeOver(
  { store, barrier, settings, host, logger }: ReplicationParts,
  admission: Admission,
): Promise<void> {
  const { rootKey, keyring, records } = keysIn(admission);
  const sealRow = await host.sealRowFor(rootKey);
  barrier.unseal(rootKey, keyring);
  const keptAside = await store.startOver(settings.discardWipedStore, records, (unit) => {
    writeRole(unit.local, roleOf(admission));
    writeCredentials(unit.local, credentialsOf(admission));
    unit.local.put('cluster', sealRow);
  });
  logger.warn('this cluster joins a replication set; its former store was put aside', {
    keptAside: keptAside ?? 'deleted',
  });
}

export const roleOf = ({ bundle, secrets }: Admission): Role => ({
  ...NO_ROLE,
  mode: 'bootstrapping',
  setId: bundle.set_id,
  epoch: secrets.epoch,
  primaryEpoch: secrets.epoch,
  epochs: secrets.epochs,
  secondaryId: bundle.secondary_id,
  knownPrimaryClusterAddrs: bundle.primary_cluster_addrs,
  primaryClusterAddr: bundle.primary_cluster_addrs[0] ?? '',
  primaryApiAddr: bundle.primary_api_addr,
});

export const credentialsOf = ({
  bundle,
  secrets: { epoch, reignKey, stream, streamKeys, broker, developmentRootToken },
  rotationPrivateKey,
  member,
}: Admission): Credentials => ({
  authority: { certificate: bundle.ca_certificate },
  identity: identityOf(bundle),
  member,
  reignKeys: { [epoch]: reignKey },
  stream,
  streamKeys,
  broker,
  rotationPrivateKey,
  ...(developmentRootToken !== undefined && { developmentRootToken }),
});
