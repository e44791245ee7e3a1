import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { issueCertificate, type KeyPairPem, serverNameOf } from '../cluster-port/certificates';
import { readCredentials, writeCredentials } from '../membership/role-store';
import { isRenewalDue } from './renewal-due';

export interface ServerRenewalParts {
  readonly store: Pick<Store, 'transact'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A primary's own certificate on the cluster port, in time before it expires another one of its CA.
 *
 * @returns the one to serve with from now on, stored.
 */
export function serverIdentity({ store, clock, logger }: ServerRenewalParts, setId: string): Promise<KeyPairPem> {
  return store.transact(async ({ local }) => {
    const credentials = await readCredentials(local);
    const { authority, identity } = credentials;
    if (!isRenewalDue(identity.certificate, clock.now())) return identity;
    const renewed = await issueCertificate(
      authority as KeyPairPem,
      { name: serverNameOf(setId), usage: 'server' },
      clock.now(),
    );
    writeCredentials(local, { ...credentials, identity: renewed });
    logger.info('renewed the certificate of the cluster port');
    return renewed;
  });
}
