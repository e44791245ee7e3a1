import { begin, end } from '@tidelock/core/runtime/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation } from '@tidelock/store';
import { MemoryBroker, MemoryStreamPublisher, newSigner, newStore } from '@tidelock/stream/testing';
import {
  Applier,
  decodeHeader,
  FIRST_DIGEST,
  keyIdOf,
  newStreamKey,
  openMessage,
  Publisher,
  StreamKeyring,
} from '@tidelock/stream';
import { changeMember, putMember, readMember } from '../set-members/member-records';
import { readCredentials, writeCredentials } from '../membership/role-store';
import { SecondaryRegistry } from '../membership/secondary-registry';
import { FollowedKeys } from './followed-keys';
import { newRecipientKeyPair } from './recipient-key';
import { StreamKeyRotation } from './stream-key-rotation';
import { answerStreamKeys } from './stream-keys-answer';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';
const HOUR = 3_600_000;
const signer = newSigner();
const reign = { epoch: 1, key: signer.reignKey.toString('base64') };
const NOBODY = { certificate: '', privateKey: '' };

describe('StreamKeyRotation', () => {
  const first = newStreamKey();
  let now = 0;
  const clock = { now: () => now };
  let broker: MemoryBroker;
  let store: ClusterStore;
  let secondaries: SecondaryRegistry;
  let rotation: StreamKeyRotation;
  let publisher: Publisher;
  const open: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    now = 1_000_000;
    broker = new MemoryBroker();
    store = await newStore();
    store.journal.enable();
    store.useEpoch(1);
    await store.transact(async ({ local }) =>
      writeCredentials(local, { authority: { certificate: '' }, identity: NOBODY, streamKeys: [first] }),
    );
    secondaries = new SecondaryRegistry(store, silentLogger);
    await secondaries.load();
    rotation = new StreamKeyRotation({
      store,
      clock,
      logger: silentLogger,
      secondaries,
      retentionMs: HOUR,
      publishedIndex: () => publisher.position().index,
      streamOf: async () => 'full',
    });
    publisher = await startPublisher();
    open.push(
      () => store.close(),
      async () => secondaries.close(),
      () => end(publisher),
    );
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  const stored = async (): Promise<readonly string[]> => (await readCredentials(store.local)).streamKeys;

  async function startPublisher(keys?: readonly string[]): Promise<Publisher> {
    const identity = {
      set: SET,
      topic: TOPIC,
      keys: new StreamKeyring(keys ?? (await stored())),
      storedKeys: stored,
      signer,
    };
    const started = new Publisher({
      store,
      stream: new MemoryStreamPublisher(broker),
      identity,
      clock,
      logger: silentLogger,
    });
    await begin(started);
    return started;
  }

  /** A secondary that has joined, with a replica of its own. */
  async function join(id: string) {
    const replica = await newStore();
    open.push(() => replica.close());
    const { publicKey, privateKey } = await newRecipientKeyPair();
    await store.transact(({ local }) =>
      secondaries.add(local, { id, state: 'pending', fingerprint: id, createdAt: now }),
    );
    await secondaries.activate(id, publicKey, now);
    const streamKeys = await stored();
    await replica.transact(async ({ local }) =>
      writeCredentials(local, {
        authority: { certificate: '' },
        identity: NOBODY,
        streamKeys,
        rotationPrivateKey: privateKey,
        reignKeys: { 1: reign.key },
      }),
    );
    await replica.moveTo({ epoch: 1, index: 0, digest: FIRST_DIGEST, brokerOffset: '' });
    const call = async <T>() =>
      (await answerStreamKeys({ name: 'full', keys: await stored(), reign }, await secondaries.publicKeyOf(id))) as T;
    const keys = new FollowedKeys(
      {
        onOtherStream: () => undefined,
        onLateAnswer: () => undefined,
        store: replica,
        secondaryId: id,
        clock,
        logger: silentLogger,
        call,
      },
      await readCredentials(replica.local),
    );
    const applier = new Applier({
      store: replica,
      set: SET,
      stream: 'full',
      reigns: keys.reigns,
      keys: keys.ring,
      decode: decodeMutation,
      clock,
      logger: silentLogger,
      effect: ({ header: { index }, body }, local) => keys.rotated(body, index, local),
    });
    applier.on('applied', ({ index }) => keys.passed(index));
    return { replica, applier, keys, follow: () => applier.applyBatch(messages()) };
  }

  const write = async (value: string): Promise<number> => {
    const unit = store.begin();
    unit.replicated.put('entry/m/a', Buffer.from(value));
    return (await unit.commit()).replicatedIndex;
  };
  const revoke = (id: string) =>
    rotation.rotate(async ({ local }) => ((await secondaries.revoke(local, id)) === 'active' ? 'full' : undefined));
  const messages = () => (broker.topics.get(TOPIC)?.messages ?? []).map((value, i) => ({ offset: String(i), value }));
  const published = async (index: number): Promise<void> => {
    while (publisher.position().index < index) await sleep(5);
  };
  const opens = (value: Buffer, ring: StreamKeyring): boolean => {
    try {
      openMessage(value, SET, (id, index) => ring.opening(id, index));
      return true;
    } catch {
      return false;
    }
  };

  it('lets a revoked secondary read nothing that is written after the revocation, and the others go on without a gap', async () => {
    const [stays, goes] = [await join('stays'), await join('goes')];
    await write('before');
    const rotated = await revoke('goes');
    const last = await write('after');
    await published(last);
    expect(await goes.follow()).toBe('applied');
    expect(await stays.follow()).toBe('applied');
    expect(stays.replica.merkle.root()).toBe(store.merkle.root());
    expect(stays.applier.status().refused.total).toBe(0);
    expect(goes.applier.status()).toMatchObject({
      position: { index: rotated?.index },
      refused: { total: 1, last: { reason: 'unknown-key' } },
    });
    expect(
      messages().map(({ value }) => [decodeHeader(value).header.kind, opens(value, new StreamKeyring([first]))]),
    ).toEqual([
      ['mutation', true],
      ['key-rotated', true],
      ['mutation', false],
    ]);
    await expect(goes.keys.refresh()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect((await readCredentials(stays.replica.local)).streamKeys).toEqual((await stored()).slice(1));
  });

  it('ends the membership of a revoked secondary in the very transaction, under the old key', async () => {
    await join('goes');
    await store.transact(({ replicated }) =>
      putMember(replicated, {
        id: 'goes',
        state: 'active',
        publicKey: 'x',
        epoch: 1,
        forwarding: 'all',
        filtered: false,
      }),
    );
    const { replicatedIndex: before } = store.position();
    const rotated = await rotation.rotate(async ({ local, replicated }) => {
      await changeMember(replicated, 'goes', { state: 'revoked' });
      return (await secondaries.revoke(local, 'goes')) && 'full';
    });
    expect((await readMember(store.replicated, 'goes'))?.state).toBe('revoked');
    const rows = await store.journal.read(before, 10, 10_000);
    expect(rows.map(({ index, kind }) => [index, kind])).toEqual([
      [before + 1, 'mutation'],
      [rotated?.index, 'key-rotated'],
    ]);
    expect(decodeMutation(rows[0]?.body as Buffer).records.map(({ key }) => key)).toEqual(['core/member/goes']);
  });

  it('seals nothing after the announcement with the old key, however late the publisher hears of it and whenever it crashes', async () => {
    await join('stays');
    broker.down = true;
    for (let at = 0; at < 5; at += 1) {
      await write(`round ${at}`);
      await rotation.rotate();
    }
    const last = await write('end');
    await end(publisher);
    broker.down = false;
    // A ring that knows only the first key, as before the rotations.
    publisher = await startPublisher([first]);
    await published(last);
    const all = await stored();
    expect(all).toHaveLength(6);
    for (const { value } of messages()) {
      const { index } = decodeHeader(value).header;
      expect(opens(value, new StreamKeyring([all[Math.floor((index - 1) / 2)] as string]))).toBe(true);
    }
  });

  it('holds publishing up rather than seal with a key that was withdrawn', async () => {
    await published(0);
    await end(publisher);
    const { index } = (await rotation.rotate()) as { index: number };
    await write('after');
    await store.transact(async ({ local }) =>
      writeCredentials(local, { ...(await readCredentials(local)), streamKeys: [first] }),
    );
    publisher = await startPublisher();
    while (publisher.status().lastError === undefined) await sleep(5);
    expect(publisher.status().lastError).toContain(`journal row ${index}`);
    expect(messages()).toEqual([]);
  });

  it('gives the key to whoever joins at the same moment, by the announcement or by the answer', async () => {
    const joining = Array.from({ length: 5 }, (_, at) => join(`new-${at}`));
    const rotating = rotation.rotate();
    const all = await Promise.all(joining);
    await rotating;
    await published(await write('after'));
    for (const { follow, replica } of all) {
      expect(await follow()).toBe('applied');
      expect(replica.merkle.root()).toBe(store.merkle.root());
    }
  });

  it('needs no new key for an id that never joined, or that nobody has', async () => {
    await store.transact(({ local }) =>
      secondaries.add(local, { id: 'pending', state: 'pending', fingerprint: 'f', createdAt: now }),
    );
    expect(await revoke('pending')).toBeUndefined();
    expect(await revoke('nobody')).toBeUndefined();
    await secondaries.caughtUp();
    expect(secondaries.states()).toEqual({ pending: 'revoked' });
    expect(await stored()).toEqual([first]);
    expect(store.position().replicatedIndex).toBe(0);
  });

  it('revokes and rotates together or not at all', async () => {
    await join('us-east');
    const append = jest.spyOn(store.journal, 'append').mockRejectedValueOnce(new Error('no database'));
    await expect(revoke('us-east')).rejects.toThrow('no database');
    append.mockRestore();
    expect(secondaries.states()).toEqual({ 'us-east': 'active' });
    expect(await revoke('us-east')).toMatchObject({ stream: 'full' });
    expect(await stored()).toHaveLength(2);
  });

  it('forgets a key when the broker has dropped all that it sealed, and not before it is published', async () => {
    broker.down = true;
    await write('under the first key');
    await rotation.rotate();
    now += HOUR + 1;
    await rotation.rotate();
    expect(await stored()).toHaveLength(3);
    broker.down = false;
    await published(3);
    await rotation.rotate();
    const kept = await stored();
    // The first key's successor is in use for longer than the broker keeps anything.
    expect(kept).toHaveLength(3);
    expect(kept.map(keyIdOf)).not.toContain(keyIdOf(first));
  });
});
