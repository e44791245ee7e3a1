import { counter, gauge, type Metric, summary, Tally } from '@tidelock/kernel';

/** Counts clients' requests: a handful of additions for each. */
export class Traffic {
  private readonly requests = new Tally();
  private inFlight = 0;
  /** By the first digit of the status. */
  private readonly answers = [0, 0, 0, 0, 0, 0];

  /** @returns what `ends` wants back. */
  begins(): number {
    this.inFlight += 1;
    return performance.now();
  }

  ends(began: number, status: number): void {
    this.inFlight -= 1;
    this.requests.add(performance.now() - began);
    this.answers[Math.trunc(status / 100)]! += 1;
  }

  metrics(): Metric[] {
    const classes = [2, 3, 4, 5].map((digit) => ({ value: this.answers[digit] ?? 0, labels: { type: `${digit}xx` } }));
    return [
      summary('vault.core.handle_request', 'Requests of clients, from the first step to the answer.', this.requests),
      gauge('vault.core.in_flight_requests', 'Requests of clients under way.', this.inFlight),
      counter('vault.core.response_status_code', 'Answers to clients by the class of their status.', classes),
    ];
  }
}
