import { encodeCheckpoint } from '../domain/checkpoint';
import { sealMessage } from '../domain/envelope';
import { FIRST_DIGEST } from '../domain/header';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import type { StreamMessage } from '../ports/stream';
import { encodeBody, FakeStore } from '../specs/fake-store.testing';
import { replica, Script, SET } from '../specs/script.testing';
import { newSigner } from '../specs/signing.testing';

describe('Applier', () => {
  it('applies a batch and its position in one transaction', async () => {
    const { script, store, applier } = replica();
    for (const value of ['one', 'two', 'three']) script.put(value);
    expect(await applier.applyBatch(script.sent)).toBe('applied');
    expect(store.get('entry/m/a')).toBe('three');
    expect(store.place).toMatchObject({ epoch: 1, index: 3, brokerOffset: '2' });
    expect(store.transactions).toBe(1);
    expect(applier.status().appliedTime).toBe(5003);
  });

  it('tells of what was applied together as it is: when each was committed, and which of them change records', async () => {
    const { script, applier } = replica();
    const told: unknown[] = [];
    applier.on('applied', ({ messages }) =>
      told.push(messages.map(({ records, time }) => [time, records !== undefined])),
    );
    script.put('one');
    script.put('two');
    script.send('checkpoint', encodeCheckpoint({ index: 2, time: 0, merkleRoot: '' }));
    await applier.applyBatch(script.sent);
    expect(told).toEqual([
      [
        [5001, true],
        [5002, true],
        [5003, false],
      ],
    ]);
  });

  it('cuts a long batch into bounded transactions and gives a sign of life between them', async () => {
    const { script, store, applier } = replica();
    for (let i = 0; i < 2500; i++) script.put(String(i));
    const heartbeat = jest.fn(async () => {});
    await applier.applyBatch(script.sent, heartbeat);
    expect(store.transactions).toBe(3);
    expect(heartbeat).toHaveBeenCalledTimes(2);
    expect(store.get('entry/m/a')).toBe('2499');
  });

  it('applies what is delivered again only once, and does not call that a refusal', async () => {
    const { script, store, applier } = replica();
    script.put('one');
    script.put('two');
    await applier.applyBatch(script.sent);
    await applier.applyBatch(script.sent);
    await applier.applyBatch([script.put('three')]);
    expect(store.get('entry/m/a')).toBe('three');
    expect(applier.status().refused.total).toBe(0);
  });

  it('counts a second copy of a message in the topic as repeated', async () => {
    const { script, store, applier } = replica();
    const first = script.put('one');
    script.put('two');
    script.raw(first.value);
    await applier.applyBatch(script.sent);
    expect(applier.status().refused).toMatchObject({ total: 1, last: { reason: 'repeated', offset: '2', at: 9000 } });
    expect(store.get('entry/m/a')).toBe('two');
  });

  it('steps over forged, garbled and foreign messages when the next genuine one follows', async () => {
    const { script, store, applier, events } = replica();
    script.put('one');
    const stranger = new Script();
    const reasons: string[] = [];
    applier.on('refused', ({ reason }) => reasons.push(reason));
    script.raw(Buffer.from('garbage'));
    script.raw(stranger.put('forged').value); // behind by index, never opened
    stranger.put('x');
    script.raw(stranger.put('unknown key').value);
    const changed = Buffer.from(script.put('two').value);
    script.sent.pop();
    changed.writeUIntBE(77, 10, 6); // a header that pretends a gap
    script.raw(changed);
    const foreign = sealMessage(
      { kind: 'mutation', set: 'other', epoch: 1, index: 2, prev: 1, prevDigest: FIRST_DIGEST, time: 1 },
      Buffer.from('x'),
      script.keys.sealing(2),
    );
    script.raw(foreign.bytes);
    await applier.applyBatch(script.sent);
    expect(reasons).toEqual(['bad-format', 'repeated', 'unknown-key', 'forged', 'foreign-set']);
    expect(events).toEqual([]);
    expect(store.place?.index).toBe(1);
  });

  it('steps over what nobody can read, and tells it', async () => {
    const { script, store, applier } = replica();
    script.put('one');
    script.sent.push({ offset: '4', value: Buffer.alloc(0), unreadFrom: '1' });
    const { value } = script.put('two');
    script.sent.pop();
    await applier.applyBatch([...script.sent, { offset: '5', value }]);
    expect(store.get('entry/m/a')).toBe('two');
    expect(applier.status().refused).toEqual({
      total: 1,
      reasons: { unreadable: 1 },
      last: { reason: 'unreadable', offset: '4', at: 9000 },
    });
  });

  it('counts a refused message once, however often its batch comes', async () => {
    const { script, applier } = replica();
    script.raw(Buffer.from('garbage'));
    await applier.applyBatch(script.sent);
    await applier.applyBatch(script.sent);
    expect(applier.status().refused.total).toBe(1);
  });

  it('applies what precedes a gap, then stands still until it is told to go on', async () => {
    const { script, store, applier, events } = replica();
    script.put('one');
    script.put('lost');
    script.put('three');
    const [one, lost, three] = script.sent as [StreamMessage, StreamMessage, StreamMessage];
    expect(await applier.applyBatch([one, three])).toBe('halted');
    expect(events).toEqual(['gap']);
    expect(store.get('entry/m/a')).toBe('one');
    expect(await applier.applyBatch([lost])).toBe('halted');
    applier.resume();
    expect(await applier.applyBatch([lost, three])).toBe('applied');
    expect(store.get('entry/m/a')).toBe('three');
  });

  it('calls nothing unsigned that a comparison with the primary has gone past', async () => {
    const { script, store, applier } = replica();
    const one = script.put('one');
    script.put('lost');
    const three = script.put('three');
    expect(await applier.applyBatch([one, three])).toBe('halted');
    store.place = { epoch: 1, index: 3, digest: script.digest, brokerOffset: three.offset };
    applier.resume();
    expect(await applier.applyBatch([script.put('four')])).toBe('applied');
    expect(store.get('entry/m/a')).toBe('four');
    expect(applier.status().refused.total).toBe(0);
  });

  it('drops late writes of a fenced primary once the new epoch has begun', async () => {
    const { script, store, applier, events, reigns } = replica();
    script.put('one');
    const old = new Script();
    Object.assign(old, { keys: script.keys, signer: script.signer });
    old.put('one');
    const late = [old.put('late'), old.put('later')];
    script.signer = newSigner(2);
    reigns.members.add(script.signer.memberKey.toString('base64'));
    script.send('epoch-started', Buffer.alloc(0));
    late.forEach(({ value }) => script.raw(value));
    script.put('two');
    await applier.applyBatch(script.sent.map(({ value }, i) => ({ offset: String(i), value })));
    expect(events).toEqual(['epoch-started']);
    expect(store.get('entry/m/a')).toBe('two');
    expect(applier.status().refused).toMatchObject({ total: 2, last: { reason: 'stale-epoch' } });
  });

  it('keeps what a message means with the position behind it, or neither', async () => {
    const { script, store, applier, events, rotated } = replica();
    script.put('one');
    const key = newStreamKey();
    script.send('key-rotated', Buffer.from(key));
    store.refuse = (records) => {
      if (records.length === 0) throw new Error('disk full');
    };
    await expect(applier.applyBatch(script.sent)).rejects.toThrow('disk full');
    expect([store.place?.index, rotated, await store.local.row('cluster', 'key-rotated')]).toEqual([1, [], undefined]);
    store.refuse = () => {};
    await applier.applyBatch(script.sent);
    expect([store.place?.index, rotated, events]).toEqual([2, [key], []]);
    expect(await store.local.row('cluster', 'key-rotated')).toMatchObject({ value: Buffer.from(key) });
  });

  it('opens what follows a key rotation with the key that it brought', async () => {
    const { script, store, applier, rotated } = replica();
    const text = newStreamKey(1);
    script.send('key-rotated', Buffer.from(text));
    const ahead = new StreamKeyring([text]);
    const digestBefore = script.digest;
    const { bytes } = sealMessage(
      { kind: 'mutation', set: SET, epoch: 1, index: 2, prev: 1, prevDigest: digestBefore, time: 1 },
      encodeBody([{ key: 'entry/m/a', value: Buffer.from('new key') }]),
      ahead.sealing(2),
      (digest) => ({ signature: script.signer.cover('full', digest) }),
    );
    script.raw(bytes);
    await applier.applyBatch(script.sent);
    expect(rotated).toEqual([text]);
    expect(store.get('entry/m/a')).toBe('new key');
  });

  it('compares its merkle root with a checkpoint', async () => {
    const { script, store, applier, events } = replica();
    const twin = new FakeStore();
    twin.records.set('entry/m/a', Buffer.from('one'));
    script.put('one');
    script.send('checkpoint', encodeCheckpoint({ index: 2, merkleRoot: twin.merkle.root(), time: 1 }));
    let agreed = 0;
    applier.on('agreed', () => (agreed += 1));
    await applier.applyBatch(script.sent);
    expect([events, agreed]).toEqual([[], 1]);
    store.records.set('entry/m/b', Buffer.from("not the primary's"));
    await applier.applyBatch([
      script.send('checkpoint', encodeCheckpoint({ index: 3, merkleRoot: twin.merkle.root(), time: 1 })),
    ]);
    expect([events, agreed]).toEqual([['diverged'], 1]);
  });

  it('compares nothing while a fuzzy copy may be ahead of its position', async () => {
    const { script, store, applier, events } = replica();
    store.localRows.set('record/replication/sync', {
      key: 'replication/sync',
      value: Buffer.from('{"phase":"done","fuzzyUntil":2}'),
    });
    const wrong = (index: number) => script.send('checkpoint', encodeCheckpoint({ index, merkleRoot: '00', time: 1 }));
    await applier.applyBatch([wrong(1)]);
    expect(events).toEqual([]);
    await applier.applyBatch([wrong(2)]);
    expect(events).toEqual(['diverged']);
  });

  it('stops at a mutation that it cannot apply, names it, and skips it only when told to', async () => {
    const { script, store, applier, events } = replica();
    for (const value of ['one', 'poison', 'three']) script.put(value);
    store.refuse = (records) => {
      if (records.some(({ value }) => value?.toString() === 'poison')) throw new Error('cannot hold this');
    };
    expect(await applier.applyBatch(script.sent)).toBe('halted');
    expect(events).toEqual(['poison']);
    expect(store.get('entry/m/a')).toBe('one');
    expect(applier.status()).toMatchObject({ halted: 'poison', poison: { index: 2, reason: 'cannot hold this' } });
    applier.resume();
    expect(await applier.applyBatch(script.sent)).toBe('halted');
    expect(await applier.skipPoison()).toBe(2);
    expect(await applier.applyBatch(script.sent)).toBe('applied');
    expect(store.get('entry/m/a')).toBe('three');
  });

  it('calls an authentic body that says nothing poison', async () => {
    const { script, applier } = replica();
    script.put('one');
    script.send('mutation', Buffer.from([0xc1]));
    expect(await applier.applyBatch(script.sent)).toBe('halted');
    expect(applier.status()).toMatchObject({ position: undefined, poison: { index: 2 } });
  });

  it('blames the store, not the mutation, when nothing at all can be written, and goes on later', async () => {
    const { script, store, applier, events } = replica();
    script.put('one');
    store.refuse = () => {
      throw new Error('database is gone');
    };
    await expect(applier.applyBatch(script.sent)).rejects.toThrow('database is gone');
    store.refuse = () => {};
    expect(await applier.applyBatch(script.sent)).toBe('applied');
    expect(events).toEqual([]);
    expect(store.get('entry/m/a')).toBe('one');
  });
});
