import type { Admin, Kafka } from 'kafkajs';
import { silentLogger } from '@tidelock/kernel';
import { KafkaStreamConsumer } from './kafka-stream-consumer';

type Offsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** As the broker that led the topic answers, which the connection still takes for its leader. */
const NOT_LEADER = Object.assign(new Error('This server is not the leader for that topic-partition'), {
  name: 'KafkaJSProtocolError',
  type: 'NOT_LEADER_FOR_PARTITION',
});
const SILENT = Object.assign(new Error('Request ListOffsets timed out'), { name: 'KafkaJSRequestTimeoutError' });

const endAt = (high: string): Offsets => [{ partition: 0, offset: high, high, low: '0' }];

describe("the question for a topic's end", () => {
  let consumer: KafkaStreamConsumer;
  let opened: { closed: boolean }[];

  /** Each connection gives its answers in turn. */
  function connections(...answers: (Offsets | Error)[][]): void {
    consumer = new KafkaStreamConsumer({ brokers: ['127.0.0.1:1'], topicPrefix: '' }, silentLogger);
    opened = [];
    jest.spyOn((consumer as unknown as { kafka: Kafka }).kafka, 'admin').mockImplementation(() => {
      const own = answers[opened.length] ?? [];
      const state = { closed: false };
      opened.push(state);
      const fetchTopicOffsets = async () => {
        const answer = own.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
        return answer;
      };
      return {
        connect: async () => undefined,
        disconnect: async () => void (state.closed = true),
        fetchTopicOffsets,
      } as unknown as Admin;
    });
  }

  it('is asked again where another broker leads the topic than a kept connection knows', async () => {
    connections([endAt('3'), NOT_LEADER], [endAt('4'), endAt('5')]);
    const answers = [
      await consumer.highWatermark('t'),
      await consumer.highWatermark('t'),
      await consumer.highWatermark('t'),
    ];
    expect(answers).toEqual(['3', '4', '5']);
    expect(opened).toEqual([{ closed: true }, { closed: false }]);
  });

  it.each([
    ['a connection that has just been made', [], NOT_LEADER],
    ['a broker that is silent', [endAt('3')], SILENT],
  ])('fails at once by %s', async (_, before, error) => {
    connections([...before, error]);
    for (const _answered of before) await consumer.highWatermark('t');
    await expect(consumer.highWatermark('t')).rejects.toBe(error);
    expect(opened).toEqual([{ closed: true }]);
  });
});
