import { type Metric, summary, type Tallies } from '@tidelock/kernel';

/** Vault's name of each call of the cluster port that has one: as the primary counts it, as the secondary does. */
const VAULT_NAMES: Readonly<Record<string, { readonly server?: string; readonly client?: string }>> = {
  bootstrap: { server: 'bootstrap_request' },
  heartbeat: { server: 'echo' },
  forward: { server: 'forwarding_request', client: 'forward' },
  'merkle-root': { server: 'guard_hash_request', client: 'guard_hash' },
  'merkle-pages': { server: 'conflicting_pages_request', client: 'conflicting_pages' },
  'merkle-page': { server: 'sub_page_hashes_request', client: 'sub_page_hashes' },
  'merkle-fetch': { client: 'fetch_keys' },
};

/** Calls of the cluster port, each with its number and duration. */
export function rpcMetrics(side: 'server' | 'client', tallies: Tallies | undefined): Metric[] {
  return (tallies?.entries() ?? []).map(([call, tally]) => {
    const name = VAULT_NAMES[call]?.[side];
    const full =
      name === undefined
        ? `tidelock.replication.rpc.${side}.${call.replaceAll('-', '_')}`
        : `vault.replication.rpc.${side}.${name}`;
    return summary(full, `Calls "${call}" ${side === 'server' ? 'answered' : 'made'} on the cluster port.`, tally);
  });
}
