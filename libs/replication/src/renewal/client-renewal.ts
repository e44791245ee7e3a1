import type { Barrier } from '@tidelock/barrier';
import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { type KeyPairPem, newCertificateKeys } from '../cluster-port/certificates';
import { readCredentials, writeCredentials } from '../roles/role-store';
import { transact } from '../roles/transact';
import type { RenewalAnswer, RenewalQuestion } from './renewal-call';
import { isRenewalDue } from './renewal-due';

export interface ClientRenewalParts {
  readonly store: Pick<Store, 'begin' | 'local'>;
  readonly barrier: Pick<Barrier, 'term'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A call on the primary's cluster port. */
  readonly call: <T>(name: string, body: unknown) => Promise<T>;
  /** Shows the primary this certificate from now on. */
  readonly use: (identity: KeyPairPem) => void;
}

/**
 * Gets a secondary another certificate: in time before its own expires; at once where that came with the activation, or its key lies under a
 * former data key of the barrier, which somebody may have together with a copy of the database; and when the primary wants it. The private
 * key is made here and stays here. Stored before it is used; the primary takes the old one until the new one has been used, so a crash in
 * between costs nothing, nor does an answer that is lost.
 */
export class ClientRenewal {
  private running: Promise<void> | undefined;

  constructor(private readonly parts: ClientRenewalParts) {}

  /**
   * One at a time: the primary knows of one next certificate.
   *
   * @param wanted whether this one is due or not.
   */
  renew(wanted = false): Promise<void> {
    this.running ??= renewOnce(this.parts, wanted).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}

async function renewOnce({ store, barrier, clock, logger, call, use }: ClientRenewalParts, wanted: boolean): Promise<void> {
  const { term } = barrier;
  const { identity: old } = await readCredentials(store.local);
  if (!wanted && old.term === term && !isRenewalDue(old.certificate, clock.now())) return;
  const { publicKey, privateKey } = await newCertificateKeys();
  const { certificate } = await call<RenewalAnswer>('renew-certificate', { publicKey } satisfies RenewalQuestion);
  const identity = { certificate, privateKey, term };
  const kept = await transact(store, async ({ local }) => {
    const credentials = await readCredentials(local);
    // Another primary has given another one meanwhile.
    if (credentials.identity.certificate !== old.certificate) return false;
    writeCredentials(local, { ...credentials, identity });
    return true;
  });
  if (!kept) return;
  use(identity);
  logger.info('renewed the certificate for the primary\'s cluster port');
}
