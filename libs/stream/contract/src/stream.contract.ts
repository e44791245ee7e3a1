import { EventEmitter, once } from 'node:events';
import type { OffsetOutOfRange } from '@tidelock/stream/testing';
import type { StreamConsumer, StreamPublisher, StreamRequest, StreamSubscription } from '@tidelock/stream';

/** A broker under test. */
export interface StreamHarness {
  publisher(): StreamPublisher;
  consumer(): StreamConsumer;
  /** What retention does: forgets everything before `offset`. */
  dropBefore(topic: string, offset: number): Promise<void>;
}

/** What somebody does to a topic who may write to it and is not its publisher, by name. */
export type Spoilers = Readonly<Record<string, (topic: string) => Promise<void>>>;

/** What a reader was given, and a way to wait for more. */
class Received extends EventEmitter {
  readonly messages: { offset: string; text: string }[] = [];
  /** First and last offset of what was given, each. */
  readonly covered: { from: bigint; to: bigint }[] = [];

  readonly take: StreamRequest['onBatch'] = async (batch) => {
    for (const { offset, value, unreadFrom } of batch.messages) {
      this.messages.push({ offset, text: value.toString() });
      this.covered.push({ from: BigInt(unreadFrom ?? offset), to: BigInt(offset) });
    }
    this.emit('more');
  };

  async untilText(text: string): Promise<void> {
    while (!this.messages.some((message) => message.text === text)) await once(this, 'more');
  }

  async until(count: number): Promise<string[]> {
    while (this.messages.length < count) await once(this, 'more');
    return this.messages.map(({ text }) => text);
  }
}

let topics = 0;

/** What replication relies on, of whatever carries the stream. */
export function streamContract(name: string, open: () => Promise<StreamHarness>, spoilers: Spoilers): void {
  describe(`A stream over ${name}`, () => {
    let harness: StreamHarness;
    let publisher: StreamPublisher;
    let consumer: StreamConsumer;
    let topic: string;
    let group: string;
    const subscriptions: StreamSubscription[] = [];

    beforeAll(async () => {
      harness = await open();
    });
    beforeEach(async () => {
      topic = `contract.${process.pid}.${Date.now()}.${++topics}`;
      group = `${topic}.reader`;
      publisher = harness.publisher();
      consumer = harness.consumer();
      await publisher.ensureTopic(topic);
    });
    afterEach(async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.close()));
      await consumer.close();
      await publisher.close();
    });

    const send = (...texts: string[]) =>
      publisher.publish(
        topic,
        texts.map((text) => Buffer.from(text)),
      );
    const read = async (request: Partial<StreamRequest> = {}): Promise<Received> => {
      const received = new Received();
      subscriptions.push(
        await consumer.subscribe({ topic, group, from: 'beginning', onBatch: received.take, ...request }),
      );
      return received;
    };

    it('delivers everything in order, and tells the offset of the last message', async () => {
      expect(await send('a', 'b', 'c')).toEqual({ lastOffset: '2' });
      const received = await read();
      expect(await received.until(3)).toEqual(['a', 'b', 'c']);
      expect(await send('d')).toEqual({ lastOffset: '3' });
      expect(await received.until(4)).toEqual(['a', 'b', 'c', 'd']);
      expect(received.messages.map(({ offset }) => offset)).toEqual(['0', '1', '2', '3']);
      expect(await consumer.highWatermark(topic)).toBe('4');
    });

    it('listens to one publisher: the one that took the topic over last', async () => {
      const other = harness.publisher();
      try {
        await send('first');
        await other.claim(topic);
        await send('claiming alone shuts nobody out');
        await other.publish(topic, [Buffer.from('second')]);
        await expect(send('late')).rejects.toMatchObject({ name: 'StreamFencedError' });
        await other.publish(topic, [Buffer.from('third')]);
        const received = await read();
        expect(await received.until(4)).toEqual(['first', 'claiming alone shuts nobody out', 'second', 'third']);
        // Who was shut out can take it back; it has to know that it may.
        await send('taken back');
        await expect(other.publish(topic, [Buffer.from('late')])).rejects.toMatchObject({ name: 'StreamFencedError' });
      } finally {
        await other.close();
      }
    });

    it('lets a topic be asked for again', async () => {
      await send('a');
      await publisher.ensureTopic(topic);
      expect(await consumer.highWatermark(topic)).toBe('1');
    });

    it('begins at the offset that is asked for, whatever the group read before', async () => {
      await send('a', 'b', 'c', 'd');
      const first = await read();
      await first.until(4);
      await subscriptions.pop()?.close();
      const again = await read({ from: '2' });
      expect(await again.until(2)).toEqual(['c', 'd']);
      expect(again.messages[0]?.offset).toBe('2');
    });

    it('begins at the end when the next message is asked for', async () => {
      await send('a');
      const received = await read({ from: '1' });
      await send('b');
      expect(await received.until(1)).toEqual(['b']);
    });

    it('gives the same batch again, and nothing else before it, when the handler fails', async () => {
      await send('a', 'b');
      const received = new Received();
      const tries: string[] = [];
      await read({
        onBatch: async (batch) => {
          tries.push(batch.messages.map(({ value }) => value.toString()).join(''));
          if (tries.length < 3) throw new Error('not yet');
          await received.take(batch);
        },
      });
      expect(await received.until(2)).toEqual(['a', 'b']);
      await send('c');
      expect(await received.until(3)).toEqual(['a', 'b', 'c']);
      expect(tries.slice(0, 3)).toEqual([tries[2], tries[2], tries[2]]);
    });

    it('delivers nothing more once a subscription is closed, and waits for the batch at hand', async () => {
      await send('a');
      const steps: string[] = [];
      let release = () => {};
      const started = new Promise<void>((resolve) => {
        void read({
          onBatch: async () => {
            resolve();
            await new Promise<void>((go) => (release = go));
            steps.push('handled');
          },
        });
      });
      await started;
      const closing = subscriptions
        .pop()
        ?.close()
        .then(() => steps.push('closed'));
      release();
      await closing;
      await send('b');
      expect(steps).toEqual(['handled', 'closed']);
    });

    it.each([
      ['older than', '0', 2],
      ['newer than', '99', 0],
    ])('says so when the offset asked for is %s what the topic holds', async (_, from, drop) => {
      await send('a', 'b', 'c');
      if (drop > 0) await harness.dropBefore(topic, drop);
      const facts = await new Promise<OffsetOutOfRange>((resolve) => {
        void read({
          from,
          onOffsetOutOfRange: resolve,
          onBatch: async () => {
            throw new Error('delivered past the range');
          },
        });
      });
      expect(facts).toEqual({ wanted: from, low: String(drop), high: '3' });
    });

    it('reads from the first message that is left when asked for the beginning', async () => {
      await send('a', 'b', 'c');
      await harness.dropBefore(topic, 1);
      expect(await (await read()).until(2)).toEqual(['b', 'c']);
    });

    it('carries a message of 33 MiB between small ones', async () => {
      const large = Buffer.alloc(33 * 1024 * 1024, 'x');
      await send('before');
      await publisher.publish(topic, [large]);
      await send('after');
      const sizes: number[] = [];
      await new Promise<void>((resolve) => {
        void read({
          onBatch: async ({ messages }) => {
            sizes.push(...messages.map(({ value }) => value.length));
            if (sizes.length === 3) resolve();
          },
        });
      });
      expect(sizes).toEqual([6, large.length, 5]);
    });

    it.each(Object.keys(spoilers))(
      'goes past %s without a hole, and tells what is ours',
      async (kind) => {
        await send('a');
        await spoilers[kind]?.(topic);
        const { lastOffset } = await send('b');
        // A broker marks a transaction's end when it comes to it.
        expect(Number(await consumer.highWatermark(topic))).toBeGreaterThan(Number(lastOffset));
        const received = await read();
        await received.untilText('b');
        expect(received.messages.map(({ text }) => text).filter((text) => ['a', 'b'].includes(text))).toEqual([
          'a',
          'b',
        ]);
        expect(received.covered[0]).toEqual({ from: 0n, to: 0n });
        received.covered.slice(1).forEach(({ from }, i) => expect(from).toBe((received.covered[i]?.to as bigint) + 1n));
        // From its midst, too, and when there is nothing behind it.
        await (await read({ from: '2' })).untilText('b');
        await spoilers[kind]?.(topic);
        const high = BigInt(await consumer.highWatermark(topic));
        const end = await read({ from: String(BigInt(lastOffset) + 1n) });
        while ((end.covered.at(-1)?.to ?? 0n) < high - 1n) await once(end, 'more');
      },
      30_000,
    );

    it('gives each group all messages', async () => {
      await send('a', 'b');
      const [one, two] = [await read(), await read({ group: `${topic}.other` })];
      expect(await one.until(2)).toEqual(['a', 'b']);
      expect(await two.until(2)).toEqual(['a', 'b']);
    });

    it('publishes nothing more once it is closed', async () => {
      await publisher.close();
      await expect(send('late')).rejects.toThrow();
    });
  });
}
