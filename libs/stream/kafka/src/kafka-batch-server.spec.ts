import { EventEmitter, once } from 'node:events';
import type { INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MemoryBroker, MemoryStreamConsumer } from '@tidelock/stream/testing';
import { BatchContext, KafkaBatchServer } from './kafka-batch-server';
import { StreamController } from './stream.controller';

describe('KafkaBatchServer', () => {
  const broker = new MemoryBroker();
  const server = new KafkaBatchServer();
  const told = new EventEmitter();
  let takes: () => boolean;
  let app: INestMicroservice;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [StreamController] }).compile();
    app = module.createNestMicroservice({ strategy: server, logger: false });
    await app.listen();
  });
  beforeEach(() => {
    takes = () => true;
  });
  afterEach(() => server.unfollow());
  afterAll(() => app.close());

  const follow = (topic: string, brokerOffset = '') =>
    server.follow({
      consumer: new MemoryStreamConsumer(broker),
      topic,
      group: 'g',
      brokerOffset,
      take: async (messages) => {
        const texts = messages.map(({ value }) => value.toString());
        try {
          return takes();
        } finally {
          told.emit('batch', topic, texts);
        }
      },
    });

  it('brings whole batches of a topic learnt at run time to who follows it, through a controller', async () => {
    broker.append('one', [Buffer.from('a'), Buffer.from('b')]);
    const delivered = jest.spyOn(BatchContext.prototype, 'deliver');
    const batch = once(told, 'batch');
    await follow('one');
    expect(await batch).toEqual(['one', ['a', 'b']]);
    expect(delivered).toHaveBeenCalledTimes(1);
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
    ['does not take it', () => false],
  ])('gives the same batch again to one who %s', async (name, failure) => {
    broker.append(name, [Buffer.from('a')]);
    takes = failure;
    const first = once(told, 'batch');
    await follow(name);
    const second = first.then(() => once(told, 'batch'));
    expect(await second).toEqual(await first);
    takes = () => true;
    await once(told, 'batch');
    const next = once(told, 'batch');
    broker.append(name, [Buffer.from('b')]);
    expect(await next).toEqual([name, ['b']]);
  });
});
