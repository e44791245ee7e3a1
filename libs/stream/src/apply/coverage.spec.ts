import { sealMessage } from '../domain/envelope';
import { FIRST_DIGEST, type Header } from '../domain/header';
import { StreamKeyring } from '../domain/stream-key';
import { encodeBody } from '../specs/fake-store.testing';
import { replica, Script, SET } from '../specs/script.testing';
import { newSigner } from '../specs/signing.testing';

describe('A replica applies only what the reign has signed for', () => {
  /** Somebody who has the stream's key, and knows what is in the topic. */
  function liarBeside(script: Script): Script {
    const liar = new Script();
    return Object.assign(liar, {
      keys: script.keys,
      sent: script.sent,
      index: script.index,
      digest: script.digest,
      signer: newSigner(1),
    });
  }

  it('holds the beginning of a request back until its end is there, however the broker cuts it', async () => {
    const { script, store, applier } = replica();
    script.signs = false;
    script.put('one');
    script.put('two');
    await applier.applyBatch(script.sent);
    expect(store.get('entry/m/a')).toBeUndefined();
    script.signs = true;
    await applier.applyBatch([script.put('three')]);
    expect(store.get('entry/m/a')).toBe('three');
    expect(store.place).toMatchObject({ index: 3, brokerOffset: '2' });
    expect(applier.status().refused.total).toBe(0);
  });

  it('applies a request that comes again with other bounds once', async () => {
    const { script, store, applier, refusals } = replica();
    script.signs = false;
    const [one, two] = [script.put('one'), script.put('two')];
    const again = new Script();
    Object.assign(again, { keys: script.keys, signer: script.signer });
    again.put('one');
    again.signs = false;
    again.put('two');
    again.signs = true;
    again.put('three');
    const values = [one, two, ...again.sent].map(({ value }, at) => ({ offset: String(at), value }));
    for (const message of values) await applier.applyBatch([message]);
    expect(store.get('entry/m/a')).toBe('three');
    expect(store.place?.index).toBe(3);
    expect(refusals).toEqual([]);
  });

  it('loses nothing of a request when the store fails under it', async () => {
    const { script, store, applier, events } = replica();
    script.signs = false;
    await applier.applyBatch([script.put('one')]);
    script.signs = true;
    const end = script.put('two');
    store.refuse = () => {
      throw new Error('database is gone');
    };
    await expect(applier.applyBatch([end])).rejects.toThrow('database is gone');
    store.refuse = () => {};
    await applier.applyBatch([end]);
    expect(store.get('entry/m/a')).toBe('two');
    expect(events).toEqual([]);
  });

  it.each([
    ['by another reign', true, ['bad-signature']],
    ['not at all', false, []],
  ])('and nothing that a follower has sealed and signed %s', async (_, signs, told) => {
    const { script, store, applier, events, refusals } = replica();
    script.put('one');
    const liar = liarBeside(script);
    liar.signs = signs;
    liar.put('forged');
    liar.put('forged, too');
    await applier.applyBatch(script.sent);
    expect(store.get('entry/m/a')).toBe('one');
    // The genuine one builds on the same place, and what was forged beside it is told.
    await applier.applyBatch([script.put('two'), script.put('three')]);
    expect(store.get('entry/m/a')).toBe('three');
    expect(events).toEqual([]);
    expect(refusals).toEqual([...told, ...told, ...(signs ? [] : ['unsigned', 'unsigned'])]);
  });

  it('also where the broker helps: a signature of one message stands for no other', async () => {
    const { script, store, applier, refusals } = replica();
    const liar = liarBeside(script);
    const genuine = script.put('one').value;
    liar.signs = false;
    const forged = liar.put('forged').value;
    script.sent.length = 0;
    script.raw(Buffer.concat([forged.subarray(0, forged.length - 1), genuine.subarray(genuine.length - 65)]));
    script.raw(Buffer.concat([genuine.subarray(0, genuine.length - 65), Buffer.alloc(1)]));
    await applier.applyBatch(script.sent);
    expect(store.place?.index).toBe(0);
    expect(refusals).toEqual(['bad-signature']);
  });

  it('neither what is signed for another stream', async () => {
    const { script, store, applier, refusals } = replica();
    const header: Header = {
      kind: 'mutation',
      set: SET,
      epoch: 1,
      index: 1,
      prev: 0,
      prevDigest: FIRST_DIGEST,
      time: 1,
    };
    script.raw(
      sealMessage(header, encodeBody([]), script.keys.sealing(1), (digest) => ({
        signature: script.signer.cover('other', digest),
      })).bytes,
    );
    await applier.applyBatch(script.sent);
    expect(store.place?.index).toBe(0);
    expect(refusals).toEqual(['bad-signature']);
  });

  it('and no key behind the place where it was replaced', async () => {
    const { script, store, applier, refusals } = replica();
    const old = new StreamKeyring(script.texts.slice(0, 1));
    script.put('one');
    script.keys.replace(script.texts);
    const header: Header = {
      kind: 'mutation',
      set: SET,
      epoch: 1,
      index: 2,
      prev: 1,
      prevDigest: script.digest,
      time: 1,
    };
    script.raw(
      sealMessage(header, encodeBody([]), old.sealing(2), (digest) => ({
        signature: script.signer.cover('full', digest),
      })).bytes,
    );
    await applier.applyBatch(script.sent);
    expect(store.place?.index).toBe(1);
    expect(refusals).toEqual(['expired-key']);
  });

  it('follows no epoch of who is no member, nor what comes in it', async () => {
    const { script, store, applier, events, refusals } = replica();
    script.put('one');
    const liar = liarBeside(script);
    liar.signer = newSigner(2);
    liar.send('fence', Buffer.alloc(16), { index: 1, prev: 1 });
    Object.assign(liar, { index: script.index, digest: script.digest });
    liar.send('epoch-started', Buffer.alloc(0));
    liar.put('of the false reign');
    await applier.applyBatch(script.sent);
    await applier.applyBatch([script.put('two')]);
    expect(store.get('entry/m/a')).toBe('two');
    expect(events).toEqual([]);
    expect(refusals).toEqual(['no-member', 'no-member', 'unknown-reign']);
  });

  it('judges who begins an epoch by what came before it in the same batch', async () => {
    const { script, store, applier, events, reigns, refusals } = replica();
    jest.spyOn(reigns, 'mayBegin').mockImplementation(async () => store.get('entry/m/a') === 'a member');
    script.put('a member');
    script.signer = newSigner(2);
    script.send('epoch-started', Buffer.alloc(0));
    await applier.applyBatch(script.sent);
    expect([events, refusals, store.place?.epoch]).toEqual([['epoch-started'], [], 2]);
  });

  it.each(['epoch-started', 'fence'] as const)(
    "nor a member's %s so far ahead that no epoch could follow it",
    async (kind) => {
      const { script, store, applier, events, refusals, reigns } = replica();
      script.put('one');
      const far = liarBeside(script);
      far.signer = newSigner(2 ** 48 - 1);
      reigns.members.add(far.signer.memberKey.toString('base64'));
      far.send(kind, Buffer.alloc(16));
      applier.on('fence', () => events.push('fence'));
      await applier.applyBatch(script.sent);
      await applier.applyBatch([script.put('two')]);
      expect(store.place).toMatchObject({ epoch: 1, index: 2 });
      expect(events).toEqual([]);
      expect(refusals).toEqual(['no-member']);
    },
  );

  it('follows a member over the most epochs that it may have missed', async () => {
    const { script, store, applier, reigns } = replica();
    script.signer = newSigner(1001);
    reigns.members.add(script.signer.memberKey.toString('base64'));
    script.send('epoch-started', Buffer.alloc(0));
    await applier.applyBatch(script.sent);
    expect(store.place).toMatchObject({ epoch: 1001, index: 1 });
  });

  it('and takes no second reign for the one of its epoch', async () => {
    const { script, store, applier, refusals, reigns } = replica();
    script.put('one');
    const liar = liarBeside(script);
    reigns.members.add(liar.signer.memberKey.toString('base64'));
    liar.send('epoch-started', Buffer.alloc(0));
    await applier.applyBatch(script.sent);
    expect(store.place?.index).toBe(1);
    expect(refusals).toEqual(['no-member']);
  });

  it('asks for the reign of its epoch where it was never told', async () => {
    const { script, store, applier, reigns } = replica();
    reigns.keys.clear();
    script.put('one');
    await applier.applyBatch(script.sent);
    expect(store.place?.index).toBe(0);
    expect(applier.status().refused.last?.reason).toBe('unknown-reign');
    reigns.keys.set(1, script.signer.reignKey);
    await applier.applyBatch([script.put('two')]);
    expect(store.get('entry/m/a')).toBe('two');
  });

  it('refuses what it cannot judge while nobody can be asked for that reign', async () => {
    const { script, applier, refusals, reigns } = replica(new Script(), {
      onUnknownKey: async () => {
        throw new Error('nobody answers');
      },
    });
    reigns.keys.clear();
    script.put('one');
    expect(await applier.applyBatch(script.sent)).toBe('applied');
    expect(refusals).toEqual(['unknown-reign']);
  });
});
