import fc from 'fast-check';
import { encodeCheckpoint } from '../domain/checkpoint';
import type { StreamMessage } from '../ports/stream';
import { encodeBody } from '../specs/fake-store.testing';
import { replica, Script } from '../specs/script.testing';
import { newSigner } from '../specs/signing.testing';

/** A genuine message without its signature, or with another message's. */
const unsigned = (value: Buffer): Buffer => Buffer.concat([value.subarray(0, value.length - 65), Buffer.alloc(1)]);
const signedAs = (value: Buffer, other: Buffer): Buffer =>
  Buffer.concat([value.subarray(0, value.length - 65), other.subarray(other.length - 65)]);

describe('What comes in one batch', () => {
  type Step = 'request' | 'part of a request' | 'checkpoint' | 'forged' | 'forged and signed' | 'copy' | 'garbage';
  const steps = fc.array(
    fc.record({
      step: fc.constantFrom<Step>(
        'request',
        'request',
        'part of a request',
        'checkpoint',
        'forged',
        'forged and signed',
        'copy',
        'garbage',
      ),
      at: fc.nat(),
      ends: fc.boolean(),
    }),
    { maxLength: 40 },
  );

  const act = (script: Script, liarsSigner: Script['signer']): Record<Step, (at: number) => void> => {
    const places = [{ index: script.index, digest: script.digest }];
    const genuine = (send: () => unknown, signs = true): void => {
      script.signs = signs;
      send();
      script.signs = true;
      places.push({ index: script.index, digest: script.digest });
    };
    const forge = (signs: boolean, place: object | undefined): void => {
      const { index, digest, signer } = script;
      Object.assign(script, { ...place, signs, signer: liarsSigner });
      script.put('forged');
      Object.assign(script, { index, digest, signer, signs: true });
    };
    return {
      request: (at) => genuine(() => script.put(`value ${at}`)),
      'part of a request': (at) => genuine(() => script.put(`value ${at}`), false),
      checkpoint: () =>
        genuine(() => script.send('checkpoint', encodeCheckpoint({ index: script.index, merkleRoot: '', time: 0 }))),
      forged: (at) => forge(false, places.at(-1 - (at % Math.min(places.length, 4)))),
      'forged and signed': (at) => forge(true, places.at(-1 - (at % Math.min(places.length, 4)))),
      copy: (at) =>
        void (script.sent.length > 0 && script.raw((script.sent[at % script.sent.length] as StreamMessage).value)),
      garbage: () => void script.raw(Buffer.from('garbage')),
    };
  };

  it('has the effect that it has message by message, and nothing else is refused', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const script = new Script();
        const actions = act(script, newSigner());
        const ends = new Set<number>();
        for (const { step, at, ends: isEnd } of given) {
          actions[step](at);
          if (isEnd) ends.add(script.sent.length);
        }
        script.put('the last');
        const [whole, single] = [replica(script), replica(script)];
        const refusedBy = ({ applier }: typeof whole): string[] => {
          const told: string[] = [];
          applier.on('refused', ({ reason, offset }) => told.push(`${offset} ${reason}`));
          return told;
        };
        const [refusedWhole, refusedSingle] = [refusedBy(whole), refusedBy(single)];
        let from = 0;
        for (const end of [...ends, script.sent.length])
          await whole.applier.applyBatch(script.sent.slice(from, (from = end)));
        for (const message of script.sent) await single.applier.applyBatch([message]);
        for (const { store, events } of [whole, single])
          expect([store.get('entry/m/a'), store.place?.index, events]).toEqual(['the last', script.index, []]);
        expect(refusedSingle).toEqual(expect.arrayContaining(refusedWhole));
      }),
    );
  });

  it('is covered by its last signature, whatever stands behind the others', async () => {
    const { script, store, applier, refusals } = replica();
    const [one, two, three] = [script.put('one'), script.put('two'), script.put('three')];
    await applier.applyBatch([
      { ...one, value: unsigned(one.value) },
      { ...two, value: signedAs(two.value, one.value) },
      three,
    ]);
    expect([store.get('entry/m/a'), store.place?.index, refusals]).toEqual(['three', 3, []]);
  });

  it('stands for nothing that was forged in the place of what the signature covers', async () => {
    const { script, store, applier, refusals } = replica();
    const liar = Object.assign(new Script(), { keys: script.keys, signs: false });
    const forged = liar.put('forged').value;
    script.signs = false;
    await applier.applyBatch([script.put('one')]);
    script.signs = true;
    script.raw(forged);
    const written: string[] = [];
    store.refuse = (records) => written.push(...records.map(({ value }) => String(value)));
    script.put('two');
    await applier.applyBatch(script.sent.slice(1));
    expect([written, store.place?.index, refusals]).toEqual([['one', 'two'], 2, ['unsigned']]);
  });

  it('loses nothing that is signed to what follows it', async () => {
    const { script, store, applier, refusals } = replica();
    const [one, two, three] = [script.put('one'), script.put('two'), script.put('three')];
    await applier.applyBatch([one, two, { ...three, value: signedAs(three.value, one.value) }]);
    expect([store.get('entry/m/a'), store.place?.index, refusals]).toEqual(['two', 2, ['bad-signature']]);
  });

  it('is not counted as unsigned when the beginning of a request comes again with its end', async () => {
    const { script, store, applier, refusals } = replica();
    script.signs = false;
    await applier.applyBatch([script.put('one')]);
    script.signs = true;
    script.put('two');
    store.refuse = () => {
      throw new Error('database is gone');
    };
    await expect(applier.applyBatch(script.sent)).rejects.toThrow('database is gone');
    store.refuse = () => {};
    await applier.applyBatch(script.sent);
    expect([store.get('entry/m/a'), store.place?.index, refusals]).toEqual(['two', 2, []]);
  });

  it.each([
    ['500 messages', 499, 1],
    ['1 MiB', 0, 1024 * 1024],
  ])('is looked at in parts of at most %s', async (_, before, bytes) => {
    const { script, store, applier, refusals } = replica();
    script.signs = false;
    const some = Array.from({ length: before }, () => script.put('small'));
    script.signs = true;
    const end = script.send('mutation', encodeBody([{ key: 'entry/m/a', value: Buffer.alloc(bytes) }]));
    const last = script.put('last');
    await applier.applyBatch([...some, { ...end, value: signedAs(end.value, last.value) }, last]);
    expect([store.get('entry/m/a'), store.place?.index, refusals]).toEqual(['last', before + 2, ['bad-signature']]);
  });

  it('is applied when it comes again, where the store failed under it', async () => {
    const { script, store, applier, refusals } = replica();
    Array.from({ length: 1200 }, (_, at) => script.put(`value ${at}`));
    let writes = 0;
    store.refuse = () => {
      if ((writes += 1) > 1000) throw new Error('database is gone');
    };
    await expect(applier.applyBatch(script.sent)).rejects.toThrow('database is gone');
    store.refuse = () => {};
    await applier.applyBatch(script.sent);
    expect([store.get('entry/m/a'), store.place?.index, refusals]).toEqual(['value 1199', 1200, []]);
  });
});
