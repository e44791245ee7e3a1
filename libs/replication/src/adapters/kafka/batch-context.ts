import { BaseRpcContext } from '@nestjs/microservices';
import type { StreamBatch } from '../../ports/stream';

/** What a controller may know of the delivery, besides its messages. */
export class BatchContext extends BaseRpcContext<[StreamBatch]> {
  private declined = false;

  get topic(): string {
    return this.args[0].topic;
  }

  /** Tells the broker that work on a long batch goes on. */
  heartbeat(): Promise<void> {
    return this.args[0].heartbeat();
  }

  /** Asks for the same batch again, without the logged stack that a thrown error has in Nest. */
  redeliver(): void {
    this.declined = true;
  }

  get wantsRedelivery(): boolean {
    return this.declined;
  }
}
