import { createRequire } from 'node:module';
import { READABLE_VERSIONS, readAllBatches, readFetchResponse } from './fetch-response';

interface Encoded {
  readonly buffer: Buffer;
}
interface KafkaMessage {
  readonly offset: string;
  readonly value: Buffer;
}
interface Decoded {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly messages: readonly KafkaMessage[]; readonly [name: string]: unknown }[];
  }[];
  readonly [name: string]: unknown;
}
const load = createRequire(__filename);
const { RecordBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<Encoded>;
};
const Record = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoded;

const int = (value: number | bigint, bytes: 2 | 4 | 8): Buffer => {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(Number(value), 0, bytes);
  return buffer;
};

/** A response with one topic of two partitions, by the protocol's description. */
function responseOf(version: number, sets: readonly Buffer[]): Buffer {
  const partition = (set: Buffer, number: number): Buffer[] => [
    int(number, 4),
    int(0, 2),
    int(77, 8),
    int(70, 8),
    ...(version >= 5 ? [int(3, 8)] : []),
    int(1, 4),
    int(5, 8),
    int(6, 8),
    ...(version >= 11 ? [int(-1, 4)] : []),
    int(set.length, 4),
    set,
  ];
  return Buffer.concat([
    int(250, 4),
    ...(version >= 7 ? [int(0, 2), int(9, 4)] : []),
    int(1, 4),
    int(1, 2),
    Buffer.from('t'),
    int(sets.length, 4),
    ...sets.flatMap(partition),
  ]);
}

const essence = ({ clientSideThrottleTime = 0, responses }: Decoded) => ({
  clientSideThrottleTime,
  topics: responses.map(({ topicName, partitions }) => [
    topicName,
    partitions.map(({ partition, errorCode, highWatermark, messages }) => [
      partition,
      errorCode,
      highWatermark,
      messages.map(({ offset, value }) => [offset, value.toString()]),
    ]),
  ]),
});

describe('A fetch response', () => {
  const versions = Array.from(
    { length: READABLE_VERSIONS.to - READABLE_VERSIONS.from + 1 },
    (_, i) => READABLE_VERSIONS.from + i,
  );

  it.each(versions)('of version %i is read as kafkajs reads it', async (version) => {
    const records = ['a', 'b'].map((value, offsetDelta) =>
      Record({ offsetDelta, key: null, value: Buffer.from(value) }),
    );
    const bytes = responseOf(version, [
      (await RecordBatch({ firstOffset: 7, lastOffsetDelta: 1, records })).buffer,
      Buffer.alloc(0),
    ]);
    const { decode } = load(`kafkajs/src/protocol/requests/fetch/v${version}/response`) as {
      decode: (raw: Buffer) => Promise<Decoded>;
    };
    const read = readFetchResponse(bytes, version) as unknown as Decoded;
    expect(essence(read)).toEqual(essence(await decode(bytes)));
    expect(essence(read).topics).toEqual([
      [
        't',
        [
          [
            0,
            0,
            '77',
            [
              ['7', 'a'],
              ['8', 'b'],
            ],
          ],
          [1, 0, '77', []],
        ],
      ],
    ]);
  });
});

describe('The replacement in kafkajs', () => {
  it('still has something to replace: the pinned version, and no newer fetch', () => {
    readAllBatches();
    expect((load('kafkajs/package.json') as { version: string }).version).toBe('2.2.4');
    const { versions } = load('kafkajs/src/protocol/requests/fetch') as { versions: readonly string[] };
    expect(Math.max(...versions.map(Number))).toBe(READABLE_VERSIONS.to);
  });
});
