import { X509Certificate } from 'node:crypto';
import type { Barrier } from '@tidelock/barrier';
import type { Task } from '@tidelock/core/runtime';
import { type Clock, type Logger, TidelockError } from '@tidelock/kernel';
import type { LocalReader, Store } from '@tidelock/store';
import { CallBody } from '../cluster-port/call-body';
import { certify, fingerprintOf, issueCertificate, type KeyPairPem, serverNameOf } from '../cluster-port/certificates';
import type { ClusterPeer } from '../cluster-port/cluster-server';
import { readCredentials, writeCredentials } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';

/** Whether two thirds of a certificate's life are over: there is a third left for the times at which renewing fails. */
export function isRenewalDue(certificate: string, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return now >= from + ((to - from) * 2) / 3;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Looks at a certificate every hour. */
export const renewalTask = (run: Task['run']): Task => ({
  name: 'certificate',
  every: HOUR_MS,
  retry: { first: MINUTE_MS, longest: HOUR_MS },
  run,
});

/** Cluster call `renew-certificate`: what a certificate request says, the caller being known by the certificate it has. */
export interface RenewalQuestion {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

export interface RenewalAnswer {
  /** PEM. */
  readonly certificate: string;
}

export interface RenewalCallParts {
  readonly local: LocalReader;
  readonly barrier: Pick<Barrier, 'term'>;
  readonly clock: Clock;
  readonly secondaries: Pick<SecondaryRegistry, 'expectRenewed'>;
}

/** @throws {TidelockError} INVALID_REQUEST for what is no such question. */
export const renewalQuestionIn = (sent: unknown): RenewalQuestion => ({
  publicKey: new CallBody('a body of renew-certificate', sent).bytes('publicKey'),
});

/** The primary's answer: another certificate for the same secondary, known before it is handed out. */
export async function answerRenewal(
  { local, barrier, clock, secondaries }: RenewalCallParts,
  { publicKey }: RenewalQuestion,
  { secondaryId, certificate: shown }: Pick<ClusterPeer, 'secondaryId' | 'certificate'>,
): Promise<RenewalAnswer> {
  const { term } = barrier;
  const { authority } = await readCredentials(local);
  if (authority.privateKey === undefined) throw new TidelockError('INTERNAL');
  const certificate = await certify(
    authority as KeyPairPem,
    { name: secondaryId, usage: 'client' },
    publicKey,
    clock.now(),
  );
  await secondaries.expectRenewed(secondaryId, shown, { fingerprint: fingerprintOf(certificate), term });
  return { certificate };
}

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
