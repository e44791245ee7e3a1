import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { BatchContext } from '../adapters/kafka/batch-context';
import { STREAM_PATTERN } from '../adapters/kafka/kafka-batch-server';
import type { StreamMessage } from '../ports/stream';
import { ApplierSource } from './applier-source';

/** Where the stream enters a secondary. */
@Controller()
export class StreamController {
  constructor(private readonly source: ApplierSource) {}

  @EventPattern(STREAM_PATTERN)
  async apply(@Payload() messages: readonly StreamMessage[], @Ctx() context: BatchContext): Promise<void> {
    const outcome = await this.source.current()?.applyBatch(messages, () => context.heartbeat());
    if (outcome !== 'applied') context.redeliver();
  }
}
