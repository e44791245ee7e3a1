import { X509Certificate } from 'node:crypto';

/** Whether two thirds of a certificate's life are over: there is a third left for the times at which renewing fails. */
export function isRenewalDue(certificate: string, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return now >= from + ((to - from) * 2) / 3;
}
