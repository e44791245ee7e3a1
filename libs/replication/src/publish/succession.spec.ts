import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { sealMessage } from '../domain/envelope';
import { encodeEpochStart } from '../domain/epoch-start';
import { FIRST_DIGEST, type MessageKind } from '../domain/header';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { findSuccession, type OwnReign } from './succession';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';

describe('findSuccession', () => {
  const broker = new MemoryBroker();
  const keys = new StreamKeyring([newStreamKey()]);
  beforeEach(() => broker.topics.clear());

  const message = (kind: MessageKind, epoch: number, index: number, reign = 'other', set = SET): Buffer =>
    sealMessage({ kind, set, epoch, index, prev: index - 1, prevDigest: FIRST_DIGEST, time: 1 }, encodeEpochStart({ epoch, reign }), keys.sealing(index)).bytes;
  const find = (own: Partial<OwnReign> = {}, offset = '') => findSuccession(
    { consumer: new MemoryStreamConsumer(broker), topic: TOPIC, set: SET, keys }, { epoch: 1, reign: 'own', started: true, ...own }, offset, new AbortController().signal,
  );

  it('finds nothing in an empty topic, and nothing in one\'s own messages', async () => {
    expect(await find()).toBeUndefined();
    broker.append(TOPIC, [message('epoch-started', 1, 1, 'own'), message('mutation', 1, 2)]);
    expect(await find()).toBeUndefined();
    expect(await find({}, '1')).toBeUndefined();
  });

  it('tells what the first later epoch builds on, and the number of the latest', async () => {
    broker.append(TOPIC, [message('mutation', 1, 1), message('epoch-started', 2, 2), message('mutation', 1, 2), message('epoch-started', 3, 9)]);
    expect(await find({}, '0')).toEqual({ epoch: 3, after: 1 });
  });

  it('reads a topic from its beginning that was made anew, or cut, behind one\'s place', async () => {
    broker.append(TOPIC, [message('epoch-started', 2, 5)]);
    expect(await find({}, '77')).toEqual({ epoch: 2, after: 4 });
    broker.append(TOPIC, [message('mutation', 2, 6), message('epoch-started', 3, 7)]);
    broker.dropBefore(TOPIC, 2);
    expect(await find({}, '0')).toEqual({ epoch: 3, after: 6 });
  });

  it('lets the first of two clusters that were promoted to the same epoch have it', async () => {
    broker.append(TOPIC, [message('epoch-started', 2, 5, 'first'), message('epoch-started', 2, 5, 'second')]);
    expect(await find({ epoch: 2, reign: 'first', started: false })).toBeUndefined();
    expect(await find({ epoch: 2, reign: 'second', started: false })).toEqual({ epoch: 2, after: 4 });
  });

  it('believes no message that does not open, and none of another set', async () => {
    const forged = message('epoch-started', 2, 5);
    forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
    broker.append(TOPIC, [Buffer.from('nonsense'), forged, message('epoch-started', 2, 5, 'other', 'set-2')]);
    expect(await find()).toBeUndefined();
  });
});
