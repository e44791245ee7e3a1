import { createRequire } from 'node:module';
import fc from 'fast-check';
import { MOST_MESSAGES_TAKEN } from '@tidelock/stream';
import { readRecordSet } from './record-set';

/** kafkajs's own writer. */
interface Encoded {
  readonly buffer: Buffer;
}
const load = createRequire(__filename);
const { RecordBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoded>;
};
const Record = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoded;

const ATTRIBUTES_AT = 21;
const CONTROL = 0x20;

async function batchOf(values: readonly (Buffer | null)[], firstOffset = 7, headers: object = {}): Promise<Buffer> {
  const records = values.map((value, offsetDelta) =>
    Record({ offsetDelta, timestampDelta: 1000 * offsetDelta, key: null, value, headers }),
  );
  return (await RecordBatch({ firstOffset, lastOffsetDelta: values.length - 1, records })).buffer;
}
const written = (bytes: Buffer, at: number, write: (copy: Buffer, at: number) => void): Buffer => {
  const copy = Buffer.from(bytes);
  write(copy, at);
  return copy;
};
const seen = (bytes: Buffer) =>
  readRecordSet(bytes).map(({ offset, unreadFrom }) => (unreadFrom === undefined ? offset : `${unreadFrom}-${offset}`));
const three = [Buffer.from('a'), Buffer.alloc(0), null];

describe('A record set', () => {
  it('is read as kafkajs writes it', async () => {
    const value = fc.option(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      { nil: null },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(2 ** 40), async (values, first) => {
        const read = readRecordSet(await batchOf(values, first));
        expect(read.map(({ offset }) => offset)).toEqual(values.map((_, i) => String(first + i)));
        expect(read.map((one) => one.value)).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  it('has several batches, the last one cut short', async () => {
    const set = Buffer.concat([await batchOf(three), await batchOf(three, 10)]);
    expect(seen(set)).toEqual(['7', '8', '9', '10', '11', '12']);
    for (let cut = 1; cut < 70; cut += 1) expect(seen(set.subarray(0, -cut))).toEqual(['7', '8', '9']);
  });

  it('keeps a message whatever headers it has', async () => {
    expect(readRecordSet(await batchOf([Buffer.from('a')], 1, { some: 'header' }))[0]?.value?.toString()).toBe('a');
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('opens nothing of compression %i, whatever it would grow to', async (codec) => {
    const set = written(await batchOf(three), ATTRIBUTES_AT, (copy, at) => copy.writeInt16BE(codec, at));
    expect(seen(Buffer.concat([set, await batchOf(three, 10)]))).toEqual(['7-9', '10', '11', '12']);
  });

  it('passes over the marks of transactions, and what is of another format', async () => {
    const batch = await batchOf(three);
    expect(seen(written(batch, ATTRIBUTES_AT, (copy, at) => copy.writeInt16BE(CONTROL, at)))).toEqual(['7-9']);
    expect(seen(written(batch, 16, (copy, at) => copy.writeInt8(1, at)))).toEqual(['7-7']);
  });

  it('passes over a batch of more messages than a publisher writes', async () => {
    const most = Array.from({ length: MOST_MESSAGES_TAKEN }, () => Buffer.alloc(0));
    expect(seen(await batchOf(most))).toHaveLength(MOST_MESSAGES_TAKEN);
    expect(seen(await batchOf([...most, null]))).toEqual([`7-${7 + MOST_MESSAGES_TAKEN}`]);
  });

  it('is read in parts where it holds very many', async () => {
    const batches = Array.from({ length: 30 }, (_, i) =>
      batchOf(
        Array.from({ length: 900 }, () => null),
        i * 900,
      ),
    );
    const read = seen(Buffer.concat(await Promise.all(batches)));
    expect(read.length).toBeGreaterThanOrEqual(10_000);
    expect(read.length).toBeLessThan(11_000);
  });

  it('never throws, whatever its bytes are: each batch is read, or stands for itself', async () => {
    const set = Buffer.concat([await batchOf(three), await batchOf(three, 10)]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(set.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const garbled = Buffer.from(set);
          for (const [at, byte] of changes) garbled.writeUInt8(byte, at);
          readRecordSet(garbled);
        },
      ),
      { numRuns: 3000 },
    );
    expect(seen(written(set, 62, (copy, at) => copy.fill(0xff, at, at + 12)))).toEqual(['7-9', '10', '11', '12']);
  });
});
