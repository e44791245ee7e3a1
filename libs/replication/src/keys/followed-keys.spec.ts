import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { encodeKeyRotated, keyIdOf, newStreamKey } from '@tidelock/stream';
import { readCredentials, writeCredentials } from '../membership/role-store';
import { newSigner, newStore } from '@tidelock/stream/testing';
import { FollowedKeys } from './followed-keys';
import { newRecipientKeyPair, type RecipientKeyPair } from './recipient-key';
import { answerStreamKeys } from './stream-keys-answer';

describe('FollowedKeys', () => {
  const [first, second] = [newStreamKey(), newStreamKey(7)];
  const reign = { epoch: 1, key: newSigner().reignKey.toString('base64') };
  let store: ClusterStore;
  let pair: RecipientKeyPair;
  let now = 0;
  let given: readonly string[];
  let asked: string[];
  let told = reign;
  let keys: FollowedKeys;
  let away: boolean;
  let lateAnswers: number;
  const warn = jest.fn();

  const call = async <T>(name: string): Promise<T> => {
    asked.push(name);
    if (away) throw new TidelockError('PRIMARY_UNREACHABLE');
    return (await answerStreamKeys({ name: 'full', keys: given, reign: told }, pair.publicKey)) as T;
  };

  const answerNext = (next: { readonly reign: typeof reign }): Promise<void> => {
    told = next.reign;
    return keys.refresh();
  };

  beforeEach(async () => {
    warn.mockClear();
    [told, away, lateAnswers] = [reign, false, 0];
    [store, pair, given, asked, now] = [await newStore(), await newRecipientKeyPair(), [first, second], [], 100_000];
    const identity = { certificate: 'c', privateKey: 'k' };
    const unit = store.begin();
    writeCredentials(unit.local, {
      authority: { certificate: 'ca' },
      identity,
      streamKeys: [first],
      rotationPrivateKey: pair.privateKey,
      reignKeys: { 1: reign.key },
    });
    await unit.commit();
    keys = new FollowedKeys(
      {
        onOtherStream: () => undefined,
        onLateAnswer: () => void (lateAnswers += 1),
        store,
        secondaryId: 'us-east',
        clock: { now: () => now },
        logger: { ...silentLogger, warn },
        call,
      },
      await readCredentials(store.local),
    );
  });
  afterEach(() => store.close());

  it('fetches what the primary has, for this start and the next', async () => {
    expect(keys.ring.has(keyIdOf(second))).toBe(false);
    await keys.refresh();
    expect(keys.ring.sealing(7).id).toBe(keyIdOf(first));
    expect(keys.ring.sealing(8).id).toBe(keyIdOf(second));
    expect(asked).toEqual(['stream-keys']);
    expect((await readCredentials(store.local)).streamKeys).toEqual([first, second]);
  });

  it('learns the reign of its primary, for this start and the next', async () => {
    const later = { epoch: 2, key: newSigner().reignKey.toString('base64') };
    await answerNext({ reign: later });
    expect(keys.reigns.of(2)?.toString('base64')).toBe(later.key);
    expect((await readCredentials(store.local)).reignKeys).toEqual({ 1: reign.key, 2: later.key });
  });

  it('writes nothing when there is nothing new', async () => {
    given = [first];
    const before = store.position();
    await keys.refresh();
    expect(store.position()).toEqual(before);
  });

  it('takes nothing that was meant for another secondary', async () => {
    const { publicKey } = await newRecipientKeyPair();
    pair = { ...pair, publicKey };
    await expect(keys.refresh()).rejects.toThrow();
    expect((await readCredentials(store.local)).streamKeys).toEqual([first]);
  });

  it('drops a key, stored and in memory, once the position is past its last message', async () => {
    await keys.refresh();
    await store.moveTo({ epoch: 1, index: 6, digest: Buffer.alloc(32), brokerOffset: '' });
    keys.passed(6);
    await keys.refresh();
    expect((await readCredentials(store.local)).streamKeys).toEqual([first, second]);
    await store.moveTo({ epoch: 1, index: 7, digest: Buffer.alloc(32), brokerOffset: '' });
    keys.passed(7);
    await keys.refresh();
    expect((await readCredentials(store.local)).streamKeys).toEqual([second]);
    expect(keys.ring.has(keyIdOf(first))).toBe(false);
  });

  it('notes a key that is announced and not given to it, until the primary tells it', async () => {
    const announce = async (): Promise<void> => {
      const unit = store.begin();
      await keys.rotated(
        encodeKeyRotated({
          stream: 'full',
          keyId: keyIdOf(second),
          recipients: [{ id: 'eu-west', jwe: 'for another' }],
        }),
        7,
        unit.local,
      );
      await unit.commit();
    };
    const lacking = async () => (await readCredentials(store.local)).lacksKeyAfter;
    await announce();
    expect(await lacking()).toBe(7);
    expect(warn).not.toHaveBeenCalled();
    given = [first];
    await keys.refresh();
    expect(await lacking()).toBe(7);
    given = [first, second];
    await keys.refresh();
    expect(await lacking()).toBeUndefined();
    await announce();
    expect(await lacking()).toBeUndefined();
  });

  it('asks about unknown keys once a second at most, however many messages come', async () => {
    for (let at = 0; at < 5; at += 1) await keys.refreshForUnknown();
    expect(asked).toHaveLength(1);
    now += 1000;
    await keys.refreshForUnknown();
    expect(asked).toHaveLength(2);
  });

  it('does not ask for every message while the primary does not answer, but once it can be reached again', async () => {
    away = true;
    for (let at = 0; at < 3; at += 1) await expect(keys.refreshForUnknown()).rejects.toThrow();
    await keys.askAgain();
    expect([asked.length, lateAnswers]).toEqual([2, 0]);
    away = false;
    await keys.askAgain();
    expect(lateAnswers).toBe(1);
    expect(keys.ring.has(keyIdOf(second))).toBe(true);
    await keys.askAgain();
    expect([asked.length, lateAnswers]).toEqual([3, 1]);
    now += 1000;
    await keys.refreshForUnknown();
    expect(asked).toHaveLength(4);
  });
});

describe('answerStreamKeys', () => {
  it('gives nothing to a secondary that registered no key', async () => {
    await expect(
      answerStreamKeys({ name: 'full', keys: [], reign: { epoch: 1, key: '' } }, undefined),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
