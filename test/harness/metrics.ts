import type { Api } from './api';

/** `sys/metrics` in Prometheus' text format. */
export async function metricsText({ address, token }: Api): Promise<string> {
  const response = await fetch(`${address}/v1/sys/metrics?format=prometheus`, {
    headers: token ? { 'X-Vault-Token': token } : {},
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`sys/metrics answered ${response.status}: ${text}`);
  return text;
}

/** Its samples, by name and labels as they are written: `tidelock_replication_refused_total{reason="forged"}`. */
export async function metricsOf(api: Api): Promise<Readonly<Record<string, number>>> {
  const lines = (await metricsText(api)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}
