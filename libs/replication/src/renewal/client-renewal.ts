import type { Barrier } from '@tidelock/barrier';
import type { Clock, Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { type KeyPairPem, newCertificateKeys } from '../cluster-port/certificates';
import { isRefused } from '../cluster-port/cluster-client';
import { type Credentials, readCredentials, writeCredentials } from '../membership/role-store';
import { isRenewalDue, type RenewalAnswer, type RenewalQuestion } from './renewal';

export interface ClientRenewalParts {
  readonly store: Pick<Store, 'local' | 'transact'>;
  readonly barrier: Pick<Barrier, 'term'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A call on the primary's cluster port. */
  readonly call: <T>(name: string, body: unknown) => Promise<T>;
  /** Shows the primary this certificate from now on. */
  readonly use: (identity: KeyPairPem) => void;
  /** Any call with the certificate in use. @throws what `isRefused` tells apart when the primary does not know that. */
  readonly confirm: () => Promise<void>;
}

/**
 * Gets a secondary another certificate: in time before its own expires; at once where that came with the activation, or its key lies under a
 * former data key of the barrier, which somebody may have together with a copy of the database; and when the primary wants it. The private
 * key is made here and stays here. Stored before it is used; the primary takes the old one until the new one has been used, so a crash in
 * between costs nothing, nor does an answer that is lost.
 *
 * The new one is used at once: until then, whoever asks with the old one (a question that is carried out late, a thief) has the primary
 * expect another. The old one is kept until the primary has taken the new one, and comes back when it does not.
 */
export class ClientRenewal {
  private turn: Promise<void> = Promise.resolve();
  /** Turns that are not over. */
  private turns = 0;
  /** Wanted, and not begun. */
  private next: Promise<void> | undefined;

  constructor(private readonly parts: ClientRenewalParts) {}

  get isUnderWay(): boolean {
    return this.turns > 0;
  }

  /**
   * One after the other: the primary knows of one next certificate. Who wants one before it is begun shares it.
   *
   * @param wanted whether this one is due or not.
   */
  renew(wanted = false): Promise<void> {
    if (!wanted) return this.alone(() => renewOnce(this.parts, false));
    this.next ??= this.alone(() => {
      this.next = undefined;
      return renewOnce(this.parts, true);
    });
    return this.next;
  }

  /**
   * Finds out whether the primary has taken the new certificate, if that is open.
   *
   * @throws {Error} when it has not: the former one is shown again.
   */
  finish(): Promise<void> {
    return this.alone(() => finish(this.parts));
  }

  private alone(work: () => Promise<void>): Promise<void> {
    this.turns += 1;
    const turn = this.turn.then(work).finally(() => (this.turns -= 1));
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

async function renewOnce(parts: ClientRenewalParts, wanted: boolean): Promise<void> {
  const { store, barrier, clock, logger, call, use } = parts;
  const { term } = barrier;
  await finish(parts);
  const { identity: old } = await readCredentials(store.local);
  if (!wanted && old.term === term && !isRenewalDue(old.certificate, clock.now())) return;
  const { publicKey, privateKey } = await newCertificateKeys();
  const { certificate } = await call<RenewalAnswer>('renew-certificate', { publicKey } satisfies RenewalQuestion);
  const identity = { certificate, privateKey, term };
  if (!(await replace(store, old, { identity, formerIdentity: old }))) return;
  use(identity);
  await finish(parts);
  logger.info("renewed the certificate for the primary's cluster port");
}

async function finish({ store, use, confirm }: ClientRenewalParts): Promise<void> {
  const { identity, formerIdentity: former } = await readCredentials(store.local);
  if (former === undefined) return;
  try {
    await confirm();
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (await replace(store, identity, { identity: former })) use(former);
    throw new Error(
      'the primary does not know the new certificate: somebody has asked with the former one since, which is shown again',
      { cause: error },
    );
  }
  await replace(store, identity, { identity });
}

/** @returns false where another primary has given another one meanwhile. */
function replace(
  store: Pick<Store, 'transact'>,
  shown: KeyPairPem,
  next: Pick<Credentials, 'identity' | 'formerIdentity'>,
): Promise<boolean> {
  return store.transact(async ({ local }) => {
    const { formerIdentity: _, ...credentials } = await readCredentials(local);
    if (credentials.identity.certificate !== shown.certificate) return false;
    writeCredentials(local, { ...credentials, ...next });
    return true;
  });
}
