import { silentLogger } from '@tidelock/kernel';
import { FIRST_DIGEST } from '../domain/header';
import { StreamKeyring } from '../domain/stream-key';
import { decodeBody, FakeStore } from '../specs/fake-store.testing';
import { Script, SET } from '../specs/script.testing';
import { KnownReigns } from '../specs/signing.testing';
import { Applier } from './applier';

describe('Applier', () => {
  describe('at a message under a key that it does not have', () => {
    const rotatedScript = (): Script => {
      const script = new Script();
      script.keys.replace(script.texts);
      return script;
    };
    function behindRotation(
      onUnknownKey: (keys: StreamKeyring) => Promise<void>,
      known = new StreamKeyring([]),
      script = rotatedScript(),
    ) {
      const store = new FakeStore();
      store.place = { epoch: 1, index: 0, digest: FIRST_DIGEST, brokerOffset: '' };
      const applier = new Applier({
        store,
        set: SET,
        stream: 'full',
        reigns: new KnownReigns(script.signer),
        keys: known,
        decode: decodeBody,
        clock: { now: () => 9000 },
        logger: silentLogger,
        onUnknownKey: () => onUnknownKey(known),
      });
      return { script, store, applier };
    }

    it('asks, and goes on with the same message', async () => {
      const { script, store, applier } = behindRotation(async (keys) => keys.replace(script.texts));
      script.put('one');
      script.put('two');
      expect(await applier.applyBatch(script.sent)).toBe('applied');
      expect(store.get('entry/m/a')).toBe('two');
      expect(applier.status().refused.total).toBe(0);
    });

    it('is held up by none that is forged, while there is nobody to ask', async () => {
      const script = new Script();
      const { store, applier } = behindRotation(
        async () => {
          throw new Error('nobody answers');
        },
        script.keys,
        script,
      );
      const stranger = new Script();
      script.put('one');
      stranger.put('one');
      script.raw(stranger.put('forged').value);
      script.put('two');
      expect(await applier.applyBatch(script.sent)).toBe('applied');
      expect(store.get('entry/m/a')).toBe('two');
      expect(applier.status()).toMatchObject({
        refused: { total: 1, last: { reason: 'unknown-key' } },
        lastError: undefined,
        halted: undefined,
      });
    });

    it('loses none that is true: it is read again once somebody has answered', async () => {
      let reachable = false;
      const { script, store, applier } = behindRotation(async (keys) => {
        if (!reachable && keys.has(script.keys.sealing(1).id)) throw new Error('nobody answers');
        keys.replace(script.texts.slice(0, reachable ? 2 : 1));
      });
      for (const value of ['one', 'two', 'three']) script.put(value);
      expect(await applier.applyBatch(script.sent)).toBe('applied');
      expect(store.place).toMatchObject({ index: 1, brokerOffset: '0' });
      reachable = true;
      applier.resume();
      expect(await applier.applyBatch(script.sent.slice(1))).toBe('applied');
      expect(store.get('entry/m/a')).toBe('three');
    });

    it('refuses it when nobody knows the key', async () => {
      const { script, applier } = behindRotation(async () => undefined);
      script.put('one');
      expect(await applier.applyBatch(script.sent)).toBe('applied');
      expect(applier.status().refused).toMatchObject({ total: 1, last: { reason: 'unknown-key' } });
    });
  });
});
