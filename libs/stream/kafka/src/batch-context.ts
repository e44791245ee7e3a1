import { BaseRpcContext } from '@nestjs/microservices';

/** A batch on its way through Nest. @see TransportOrder.take */
export class BatchContext extends BaseRpcContext<[take: () => Promise<boolean>]> {
  private taken = false;

  /** Gives the batch to who follows the stream. */
  async deliver(): Promise<void> {
    this.taken = await this.args[0]();
  }

  get isTaken(): boolean {
    return this.taken;
  }
}
