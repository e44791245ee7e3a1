import { EventEmitter, once } from 'node:events';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import type { StreamMessage } from '../../ports/stream';
import { MemoryBroker } from '../memory/memory-broker';
import { MemoryStreamConsumer } from '../memory/memory-stream-consumer';
import { BatchContext } from './batch-context';
import { KafkaBatchServer, STREAM_PATTERN } from './kafka-batch-server';

const told = new EventEmitter();
let behave: (context: BatchContext) => void = () => undefined;

@Controller()
class Listener {
  @EventPattern(STREAM_PATTERN)
  async take(@Payload() messages: readonly StreamMessage[], @Ctx() context: BatchContext): Promise<void> {
    const texts = messages.map(({ value }) => value.toString());
    try {
      behave(context);
    } finally {
      told.emit('batch', context.topic, texts);
    }
  }
}

describe('KafkaBatchServer', () => {
  const broker = new MemoryBroker();
  const server = new KafkaBatchServer(() => new MemoryStreamConsumer(broker));
  let app: INestMicroservice;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [Listener] }).compile();
    app = module.createNestMicroservice({ strategy: server, logger: false });
    await app.listen();
  });
  beforeEach(() => {
    behave = () => undefined;
  });
  afterEach(() => server.unfollow());
  afterAll(() => app.close());

  const follow = (topic: string, brokerOffset = '') => server.follow({ topic, group: 'g', brokerOffset });

  it('brings whole batches of a topic learnt at run time to a controller', async () => {
    broker.append('one', [Buffer.from('a'), Buffer.from('b')]);
    const batch = once(told, 'batch');
    await follow('one');
    expect(await batch).toEqual(['one', ['a', 'b']]);
  });

  it('reads on after the position', async () => {
    const batch = once(told, 'batch');
    await follow('one', '0');
    expect(await batch).toEqual(['one', ['b']]);
  });

  it('follows one topic at a time', async () => {
    await follow('one', '1');
    await follow('two');
    const batch = once(told, 'batch');
    broker.append('one', [Buffer.from('not wanted')]);
    broker.append('two', [Buffer.from('wanted')]);
    expect(await batch).toEqual(['two', ['wanted']]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('not yet');
      },
    ],
    ['asks for redelivery', (context: BatchContext) => context.redeliver()],
  ])('gives the same batch again when the controller %s', async (name, failure) => {
    broker.append(name, [Buffer.from('a')]);
    behave = failure;
    const first = once(told, 'batch');
    await follow(name);
    const second = first.then(() => once(told, 'batch'));
    expect(await second).toEqual(await first);
    behave = () => undefined;
    await once(told, 'batch');
    const next = once(told, 'batch');
    broker.append(name, [Buffer.from('b')]);
    expect(await next).toEqual([name, ['b']]);
  });
});
