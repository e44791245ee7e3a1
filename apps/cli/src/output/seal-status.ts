import { keyValueTable } from './columns';

/** `sys/seal-status` for people, in Vault's words and order. */
export function sealStatusTable(status: Readonly<Record<string, unknown>>): string {
  const { type, initialized, sealed, n, t, progress, nonce, version } = status;
  const rows: Array<[string, unknown]> = [
    ['Seal Type', type],
    ['Initialized', initialized],
    ['Sealed', sealed],
    ['Total Shares', n],
    ['Threshold', t],
  ];
  if (sealed) rows.push(['Unseal Progress', `${String(progress)}/${String(t)}`], ['Unseal Nonce', nonce || 'n/a']);
  rows.push(['Version', version], ...optional(status));
  return keyValueTable(rows);
}

function optional(status: Readonly<Record<string, unknown>>): Array<[string, unknown]> {
  const labels: ReadonlyArray<[string, string]> = [
    ['build_date', 'Build Date'],
    ['storage_type', 'Storage Type'],
    ['cluster_name', 'Cluster Name'],
    ['cluster_id', 'Cluster ID'],
    ['ha_enabled', 'HA Enabled'],
    ['replication_note', 'Replication'],
  ];
  return labels
    .filter(([name]) => status[name] !== undefined && status[name] !== '')
    .map(([name, label]) => [label, status[name]]);
}
