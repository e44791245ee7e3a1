import { badRequest } from '@tidelock/kernel';

/** @throws {TidelockError} INVALID_REQUEST for an address that is neither empty nor `https://host:port`. */
export function requireClusterAddress(address: string): void {
  if (address === '' || (URL.canParse(address) && new URL(address).protocol === 'https:')) return;
  throw badRequest(
    `primary_cluster_addr must be an address such as https://primary.example.com:8201, not "${address}"`,
  );
}
