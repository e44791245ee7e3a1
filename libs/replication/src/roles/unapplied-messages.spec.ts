import type { ClusterStore, StreamPosition } from '@tidelock/store';
import {
  type Header,
  MemoryBroker,
  MemoryStreamConsumer,
  type MessageKind,
  newSigner,
  newStore,
  sealMessage,
} from '@tidelock/stream/testing';
import {
  FIRST_DIGEST,
  newSigningKey,
  newStreamKey,
  type ReignSigner,
  type StreamConsumer,
  StreamKeyring,
} from '@tidelock/stream';
import type { Member } from '../set-members/member';
import { putMember } from '../set-members/member-records';
import { memberRecord } from '../membership/own-member';
import { type Credentials, writeCredentials } from '../membership/role-store';
import { unappliedMessages } from './unapplied-messages';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';

describe('The messages that a cluster without a primary has not applied', () => {
  const broker = new MemoryBroker();
  const at: StreamPosition = { epoch: 1, index: 9, digest: FIRST_DIGEST, brokerOffset: '0' };
  const [older, newest] = [newStreamKey(), newStreamKey(5)];
  const member = newSigningKey();
  let store: ClusterStore;

  beforeEach(async () => {
    store = await newStore();
    broker.topics.clear();
    await store.transact(async ({ local }) =>
      writeCredentials(local, { streamKeys: [older, newest] } as unknown as Credentials),
    );
    broker.append(TOPIC, [message('mutation', newSigner(), {}, newest)]);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await store.close();
  });

  const message = (kind: MessageKind, signer: ReignSigner, change: Partial<Header> = {}, key = older): Buffer => {
    const header = {
      kind,
      set: SET,
      epoch: signer.epoch,
      index: 10,
      prev: 9,
      prevDigest: FIRST_DIGEST,
      time: 1,
      ...change,
    };
    return sealMessage(header, Buffer.alloc(0), new StreamKeyring([key]).sealing(header.index), () => ({
      introduction: signer.introduce(header),
    })).bytes;
  };
  const join = (change: Partial<Member> = {}) =>
    store.transact(({ replicated }) =>
      putMember(replicated, { ...memberRecord({ id: 'us', key: member }, 1), ...change }),
    );
  const count = (
    consumer: Pick<StreamConsumer, 'subscribe' | 'highWatermark' | 'isEmpty'> = new MemoryStreamConsumer(broker),
  ) => unappliedMessages({ store, set: SET, consumer, topic: TOPIC }, at);

  it('are those that open here', async () => {
    broker.append(TOPIC, [
      message('mutation', newSigner(), {}, newest),
      message('mutation', newSigner()),
      message('fence', newSigner(2), {}, newest),
    ]);
    expect(await count()).toBe(1);
  });

  it('are not known where the time for reading them is over', async () => {
    const time = new AbortController();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    const stalled = {
      highWatermark: async () => '9',
      isEmpty: async () => false,
      subscribe: async ({ onBatch }: Parameters<StreamConsumer['subscribe']>[0]) => {
        void onBatch({
          topic: TOPIC,
          messages: [{ offset: '1', value: Buffer.from('junk') }],
          heartbeat: async () => undefined,
        }).then(() => time.abort());
        return { close: async () => undefined };
      },
    };
    await expect(count(stalled)).rejects.toThrow('could not be read to its end: nothing came after offset 1 of 8');
  });

  it("have the beginning of a member's epoch among them, whatever key it is sealed with", async () => {
    await join();
    broker.append(TOPIC, [
      message('epoch-started', newSigner(2, member)),
      message('epoch-started', newSigner(2, member), {}, newStreamKey()),
    ]);
    expect(await count()).toBe(2);
  });

  describe('have under a key that opens nothing here', () => {
    const cases: Readonly<Record<string, () => Promise<Buffer>>> = {
      'no epoch of who is no member': async () => message('epoch-started', newSigner(2)),
      'no epoch of a member that may begin none': async () => {
        await join({ forwarding: 'data' });
        return message('epoch-started', newSigner(2, member));
      },
      'no fence': async () => message('fence', newSigner(2, member)),
      'no epoch that has been followed': async () => message('epoch-started', newSigner(1, member)),
      'no epoch of another set': async () => message('epoch-started', newSigner(2, member), { set: 'set-2' }),
      'no epoch so far ahead that none could follow it': async () => message('epoch-started', newSigner(2000, member)),
      'no epoch that a member began elsewhere': async () => {
        const signer = newSigner(2, member);
        const introduction = signer.introduce({
          kind: 'epoch-started',
          set: SET,
          epoch: 2,
          index: 11,
          prev: 9,
          prevDigest: FIRST_DIGEST,
          time: 1,
        });
        jest.spyOn(signer, 'introduce').mockReturnValue(introduction);
        return message('epoch-started', signer);
      },
    };
    for (const [name, made] of Object.entries(cases)) {
      it(name, async () => {
        await join();
        broker.append(TOPIC, [await made()]);
        expect(await count()).toBe(0);
      });
    }
  });
});
