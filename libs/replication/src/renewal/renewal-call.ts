import type { Barrier } from '@tidelock/barrier';
import { type Clock, TidelockError } from '@tidelock/kernel';
import type { LocalReader } from '@tidelock/store';
import { CallBody } from '../cluster-port/call-body';
import { certify, fingerprintOf, type KeyPairPem } from '../cluster-port/certificates';
import type { ClusterPeer } from '../cluster-port/cluster-server';
import { readCredentials } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';

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
