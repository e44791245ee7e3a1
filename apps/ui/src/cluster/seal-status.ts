import { queryOptions } from '@tanstack/react-query';
import { send } from '../api/send';

/** `sys/seal-status` (system API page, "Seal status"); open, like the calls that unseal. */
export interface SealStatus {
  readonly type: string;
  readonly initialized: boolean;
  readonly sealed: boolean;
  /** Shares that unseal, of so many. */
  readonly t: number;
  readonly n: number;
  /** Shares that were entered in this attempt. */
  readonly progress: number;
  readonly nonce: string;
  readonly storage_type: string;
  readonly version: string;
}

export const sealStatus = queryOptions({
  queryKey: ['seal-status'],
  queryFn: ({ signal }) => send<SealStatus>({ method: 'GET', path: 'sys/seal-status' }, { signal }),
  refetchInterval: 10_000,
});
