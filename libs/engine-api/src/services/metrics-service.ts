/** What `sys/metrics` tells. */
export abstract class MetricsService {
  /** The Prometheus text format. @throws {TidelockError} INVALID_REQUEST when the configuration turns it off. */
  abstract prometheus(): Promise<{ readonly body: Buffer; readonly contentType: string }>;
  /** Vault's own form: `{ Timestamp, Gauges, Points, Counters, Samples }`. */
  abstract summary(): Promise<Readonly<Record<string, unknown>>>;
}
