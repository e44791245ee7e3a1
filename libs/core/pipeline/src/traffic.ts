import { counter, gauge, type Metric, summary, Tally } from '@tidelock/kernel';
import type { Answer } from './envelope/answer';
import type { RequestObserver } from './observer';

/** Counts clients' requests: a handful of additions for each. */
export class Traffic implements Pick<RequestObserver, 'request'> {
  private readonly requests = new Tally();
  private inFlight = 0;
  /** By the first digit of the status. */
  private readonly answers = [0, 0, 0, 0, 0, 0];

  async request(run: () => Promise<Answer>): Promise<Answer> {
    this.inFlight += 1;
    const answer = await this.requests.time(run);
    this.inFlight -= 1;
    this.answers[Math.trunc(answer.status / 100)]! += 1;
    return answer;
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
