import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { BatchContext, STREAM_PATTERN } from './kafka-batch-server';

/** Where the stream enters a secondary. */
@Controller()
export class StreamController {
  @EventPattern(STREAM_PATTERN)
  apply(@Ctx() context: BatchContext): Promise<void> {
    return context.deliver();
  }
}
