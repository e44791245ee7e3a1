import { UNREADABLE } from '../adapters/memory/memory-broker';
import { sealMessage } from '../domain/envelope';
import { FIRST_DIGEST, type Header } from '../domain/header';
import { isGenuine } from '../domain/reign-signer';
import { newSigner } from '../specs/signing.testing';
import { findSuccession } from './succession';
import { searchedTopic, SET, TOPIC } from './succession.testing';

jest.mock('../domain/reign-signer', () => {
  const real = jest.requireActual<typeof import('../domain/reign-signer')>('../domain/reign-signer');
  return { ...real, isGenuine: jest.fn(real.isGenuine) };
});

describe('findSuccession', () => {
  const { broker, keys, member, own, other, refused, empty, message, find, by } = searchedTopic();
  beforeEach(empty);

  it("finds nothing in an empty topic, and nothing in one's own messages", async () => {
    expect(await find()).toBeUndefined();
    broker.append(TOPIC, [message('epoch-started', 1, own), message('mutation', 2, own)]);
    expect(await find()).toBeUndefined();
    expect(await find({ offset: '1' })).toBeUndefined();
    expect(refused).toEqual([]);
  });

  it('tells what the first later epoch builds on, and the number of the latest', async () => {
    broker.append(TOPIC, [
      message('mutation', 1, own),
      message('epoch-started', 2),
      message('mutation', 2),
      message('epoch-started', 9, newSigner(3, member)),
    ]);
    expect(await find({ offset: '0' })).toEqual({ epoch: 3, after: 1, by });
  });

  it("reads a topic from its beginning that was made anew, or cut, behind one's place", async () => {
    broker.append(TOPIC, [message('epoch-started', 5)]);
    expect(await find({ offset: '77' })).toEqual({ epoch: 2, after: 4, by });
    broker.append(TOPIC, [message('mutation', 6), message('epoch-started', 7, newSigner(3, member))]);
    broker.dropBefore(TOPIC, 2);
    expect(await find({ offset: '0' })).toEqual({ epoch: 3, after: 6, by });
  });

  it('lets the first of two clusters that were promoted to the same epoch have it', async () => {
    const second = newSigner(2, member);
    broker.append(TOPIC, [message('epoch-started', 5), message('epoch-started', 5, second)]);
    expect(
      await find({ epoch: 2, reignKey: other.reignKey, memberKey: other.memberKey, started: false }),
    ).toBeUndefined();
    expect(await find({ epoch: 2, reignKey: second.reignKey, memberKey: second.memberKey, started: false })).toEqual({
      epoch: 2,
      after: 4,
      by,
    });
  });

  it('takes a fence alone for an epoch that may come', async () => {
    broker.append(TOPIC, [message('fence', 5)]);
    expect(await find()).toEqual({ epoch: 2, after: undefined, by });
  });

  it('takes the fence of a promotion that failed for no epoch, where one has begun', async () => {
    const third = newSigner(3);
    const members = [third.memberKey.toString('base64')];
    broker.append(TOPIC, [
      message('epoch-started', 5),
      message('fence', 7, third),
      message('fence', 7, newSigner(1001, member)),
    ]);
    expect(await find({ members })).toEqual({ epoch: 2, after: 4, by });
    broker.topics.clear();
    broker.append(TOPIC, [message('fence', 5, third), message('epoch-started', 5), message('fence', 7, third)]);
    expect(await find({ members })).toEqual({ epoch: 2, after: 4, by });
  });

  it('names all who fenced, while no epoch has begun', async () => {
    const third = newSigner(3);
    const members = [third.memberKey.toString('base64')];
    broker.append(TOPIC, [message('fence', 5, third), message('fence', 5), message('fence', 5)]);
    expect(await find({ members })).toEqual({ epoch: 3, after: undefined, by: [...members, ...by] });
  });

  it('goes past what nobody can read, and tells it', async () => {
    broker.append(TOPIC, [message('mutation', 1, own), UNREADABLE, message('epoch-started', 2), UNREADABLE]);
    expect(await find({ offset: '0' })).toEqual({ epoch: 2, after: 1, by });
    expect(refused.splice(0)).toEqual(['1 unreadable', '3 unreadable']);
    broker.topics.clear();
    broker.append(TOPIC, [message('mutation', 1, own), UNREADABLE]);
    expect(await find({ offset: '0' })).toBeUndefined();
    expect(refused).toEqual(['1 unreadable']);
  });

  it('tells what it refuses as it comes, and keeps none of it: there may be more than memory holds', async () => {
    const forged = message('fence', 5, newSigner(2));
    let unread = 0;
    const atTelling: number[] = [];
    await findSuccession(
      {
        consumer: {
          highWatermark: async () => '3',
          isEmpty: async () => false,
          subscribe: async ({ onBatch }) => {
            void (async () => {
              for (unread = 2; unread >= 0; unread -= 1)
                await onBatch({
                  topic: TOPIC,
                  messages: [{ offset: String(2 - unread), value: forged }],
                  heartbeat: async () => undefined,
                });
            })();
            return { close: async () => undefined };
          },
        },
        topic: TOPIC,
        set: SET,
        onRefused: () => atTelling.push(unread),
        successors: new Set(),
      },
      { epoch: 1, reignKey: own.reignKey, memberKey: own.memberKey, started: true, offset: '' },
      false,
      new AbortController().signal,
    );
    expect(atTelling).toEqual([2, 1, 0]);
  });

  it('counts no message of a later epoch as refused behind the beginning of that', async () => {
    broker.append(TOPIC, [message('mutation', 1, newSigner(2)), message('epoch-started', 2), message('mutation', 3)]);
    expect(await find()).toEqual({ epoch: 2, after: 1, by });
    expect(refused).toEqual(['0']);
  });

  it('checks no signature of who is no member: that is what costs', async () => {
    jest.mocked(isGenuine).mockClear();
    broker.append(TOPIC, [
      message('fence', 5, newSigner(2)),
      message('epoch-started', 5, newSigner(2)),
      message('fence', 5, newSigner(1002, member)),
    ]);
    expect(await find()).toBeUndefined();
    expect(refused).toEqual(['0', '1', '2']);
    expect(isGenuine).not.toHaveBeenCalled();
    broker.append(TOPIC, [message('fence', 5)]);
    await find();
    expect(isGenuine).toHaveBeenCalledTimes(1);
  });

  it("takes no stranger's word that one's own epoch has begun", async () => {
    const header: Header = {
      kind: 'epoch-started',
      set: SET,
      epoch: 2,
      index: 5,
      prev: 4,
      prevDigest: FIRST_DIGEST,
      time: 1,
    };
    const second = newSigner(2, member);
    const stranger = newSigner(2);
    jest.spyOn(stranger, 'reignKey', 'get').mockReturnValue(second.reignKey);
    const forged = sealMessage(header, Buffer.alloc(0), keys.sealing(5), () => ({
      introduction: stranger.introduce(header),
    })).bytes;
    broker.append(TOPIC, [forged, message('epoch-started', 5)]);
    expect(await find({ epoch: 2, reignKey: second.reignKey, memberKey: second.memberKey, started: false })).toEqual({
      epoch: 2,
      after: 4,
      by,
    });
    expect(refused).toEqual(['0']);
  });

  describe('believes', () => {
    const stranger = newSigner(2);
    const claims: Readonly<Record<string, () => Buffer>> = {
      'no epoch of who is no member': () => message('epoch-started', 5, stranger),
      'no fence of who is no member': () => message('fence', 5, stranger),
      'no epoch without a member': () => message('mutation', 5, newSigner(2, member), { kind: 'epoch-started' }),
      'no introduction that was made for another message': () => {
        const header: Header = {
          kind: 'epoch-started',
          set: SET,
          epoch: 2,
          index: 5,
          prev: 4,
          prevDigest: FIRST_DIGEST,
          time: 1,
        };
        return sealMessage(header, Buffer.alloc(0), keys.sealing(5), () => ({
          introduction: other.introduce({ ...header, kind: 'fence' }),
        })).bytes;
      },
      'no epoch so far ahead that none could follow it': () =>
        message('epoch-started', 5, newSigner(2 ** 48 - 1, member)),
      'no fence of such an epoch': () => message('fence', 5, newSigner(1002, member)),
      'no later message without its epoch': () => message('mutation', 5),
    };
    for (const [name, claim] of Object.entries(claims)) {
      it(name, async () => {
        broker.append(TOPIC, [message('mutation', 1, own), claim()]);
        expect(await find({ offset: '0' })).toBeUndefined();
        expect(refused).toEqual(['1']);
      });
    }

    it('nothing that is garbled, or of another set', async () => {
      broker.append(TOPIC, [Buffer.from('nonsense'), message('epoch-started', 5, other, { set: 'set-2' })]);
      expect(await find()).toBeUndefined();
      expect(refused).toEqual([]);
    });
  });

  it('lets nothing be published where the topic does not reach back, over messages of a later epoch that may have begun there', async () => {
    broker.append(TOPIC, [message('mutation', 1, own), message('mutation', 5)]);
    broker.dropBefore(TOPIC, 1);
    expect(await find({ offset: '0' })).toBeUndefined();
    broker.append(TOPIC, [message('mutation', 6)]);
    broker.dropBefore(TOPIC, 2);
    await expect(find({ offset: '0' })).rejects.toThrow(/another cluster may have been promoted/);
    await expect(find({ offset: '0', whole: true })).rejects.toThrow(/another cluster may have been promoted/);
  });

  it('takes no fence for the beginning of an epoch of which only later messages are there', async () => {
    for (const messages of [
      [message('mutation', 5), message('fence', 6)],
      [message('fence', 6), message('mutation', 7)],
    ]) {
      broker.topics.clear();
      broker.append(TOPIC, [message('mutation', 1, own), message('mutation', 4), ...messages]);
      broker.dropBefore(TOPIC, 2);
      await expect(find({ offset: '0' })).rejects.toThrow(/another cluster may have been promoted/);
    }
  });
});
