import type { StreamSubscription } from '../ports/stream';
import type { StreamTransport, TransportOrder } from '../ports/stream-transport';

/** Nothing between the broker and who follows. */
export class DirectTransport implements StreamTransport {
  private subscription: StreamSubscription | undefined;

  async follow({ consumer, take, brokerOffset, ...order }: TransportOrder): Promise<void> {
    await this.unfollow();
    this.subscription = await consumer.subscribe({
      ...order,
      from: brokerOffset === '' ? 'beginning' : String(BigInt(brokerOffset) + 1n),
      onBatch: async ({ messages, heartbeat }) => {
        if (!(await take(messages, heartbeat))) throw new Error('the batch was not taken');
      },
    });
  }

  async unfollow(): Promise<void> {
    const { subscription } = this;
    this.subscription = undefined;
    await subscription?.close();
  }
}
