import { counter, type Metric, summary, Tally } from '@tidelock/kernel';
import type { PublishObserver } from './observed-broker';

/** Counts what goes to the broker, from the start of the process on. */
export class PublishFigures implements PublishObserver {
  private readonly batches = new Tally();
  private messages = 0;
  private failures = 0;

  async publish<T>(batch: { readonly messages: number }, run: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.batches.time(run);
      this.messages += batch.messages;
      return answer;
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }

  metrics(): Metric[] {
    return [
      summary(
        'tidelock.replication.publish',
        'Batches sent to the broker, until it has acknowledged them.',
        this.batches,
      ),
      counter(
        'tidelock.replication.publish_failures_total',
        'Those of them that failed: they are sent again.',
        this.failures,
      ),
      counter(
        'tidelock.replication.published_messages_total',
        'Messages that the broker has acknowledged.',
        this.messages,
      ),
    ];
  }
}
