import { createDecipheriv, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { Barrier, type BarrierOptions } from './barrier';
import { Keyring } from './keyring';
import { generateRootKey, unwrapKeys, wrapKeys } from './wrapped-key';

const NOW = 1_700_000_000_000;
const bytes = (options = {}) => fc.uint8Array(options).map((array) => Buffer.from(array));

function opened(options: BarrierOptions = {}) {
  const rootKey = generateRootKey();
  const keyring = Barrier.newKeyring(rootKey, NOW);
  const barrier = new Barrier(options);
  barrier.unseal(rootKey, keyring);
  return { barrier, rootKey, keyring };
}

describe('Barrier', () => {
  it('opens what it sealed, for every value and key', () => {
    const { barrier } = opened();
    fc.assert(
      fc.property(bytes({ maxLength: 3000 }), fc.string(), (value, key) => {
        expect(barrier.decrypt(barrier.encrypt(value, key), key)).toEqual(value);
      }),
    );
  });

  it('refuses a value in which any one byte was changed, cut off or added', () => {
    const { barrier } = opened();
    fc.assert(
      fc.property(bytes({ maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const sealed = barrier.encrypt(value, 'entry/a');
        const changed = Buffer.from(sealed);
        const index = at % sealed.length;
        changed[index] = (changed[index] as number) ^ flip;
        const corrupt = expect.objectContaining({ code: 'CORRUPT_RECORD' });
        expect(() => barrier.decrypt(changed, 'entry/a')).toThrow(corrupt);
        expect(() => barrier.decrypt(sealed.subarray(0, index), 'entry/a')).toThrow(corrupt);
        expect(() => barrier.decrypt(Buffer.concat([sealed, Buffer.of(flip)]), 'entry/a')).toThrow(corrupt);
      }),
    );
  });

  it('knows a keyring that lacks one of its keys, or has another of the same term', () => {
    const { barrier, keyring } = opened();
    expect(barrier.isCoveredBy(keyring)).toBe(true);
    const [mine, theirs] = [barrier.rotate(NOW), barrier.rotate(NOW)];
    expect(barrier.isCoveredBy(mine)).toBe(true);
    barrier.reload(mine);
    expect([mine, barrier.rotate(NOW), keyring, theirs].map((other) => barrier.isCoveredBy(other))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('refuses a value that was moved to another key', () => {
    const { barrier } = opened();
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        fc.pre(Buffer.from(from).compare(Buffer.from(to)) !== 0);
        const sealed = barrier.encrypt(Buffer.from('secret'), from);
        expect(() => barrier.decrypt(sealed, to)).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
      }),
    );
  });

  it('writes version 1, the term, a nonce, the ciphertext and a tag, bound to the record key and the header', () => {
    const rootKey = generateRootKey();
    const keyring = Keyring.create(NOW);
    const dataKey = Buffer.from(keyring.active.key);
    const barrier = new Barrier();
    barrier.unseal(rootKey, wrapKeys(rootKey, keyring.serialise(), 'keyring'));

    const sealed = barrier.encrypt(Buffer.from('moon'), 'entry/kv/a');

    expect(sealed).toHaveLength(1 + 4 + 12 + 4 + 16);
    expect(sealed.subarray(0, 5).toString('hex')).toBe('0100000001');
    const decipher = createDecipheriv('aes-256-gcm', dataKey, sealed.subarray(5, 17));
    decipher.setAAD(Buffer.concat([Buffer.from('entry/kv/a'), sealed.subarray(0, 5)]));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(17, -16)), decipher.final()]).toString()).toBe('moon');
  });

  it('never uses a nonce twice, also across refills of the pool', () => {
    const { barrier } = opened();
    const seen = new Set(
      Array.from({ length: 2500 }, () => barrier.encrypt(Buffer.alloc(0), 'k').subarray(5, 17).toString('hex')),
    );
    expect(seen.size).toBe(2500);
  });

  it('does nothing while sealed, and holds no key', () => {
    const { barrier } = opened();
    const value = barrier.encrypt(Buffer.from('x'), 'k');
    barrier.seal();
    const sealed = expect.objectContaining({ code: 'SEALED', status: 503 });
    expect(barrier.sealed).toBe(true);
    expect(barrier.term).toBe(0);
    expect(() => barrier.encrypt(Buffer.from('x'), 'k')).toThrow(sealed);
    expect(() => barrier.decrypt(value, 'k')).toThrow(sealed);
    expect(() => barrier.derive('label')).toThrow(sealed);
    expect(() => barrier.rotate(NOW)).toThrow(sealed);
    expect(() => barrier.rootKey).toThrow(sealed);
  });

  it('keeps its own copy of the root key', () => {
    const { barrier, rootKey } = opened();
    const original = Buffer.from(rootKey);
    rootKey.fill(0);
    barrier.rootKey.fill(0);
    expect(barrier.rootKey).toEqual(original);
    expect(barrier.isRootKey(original)).toBe(true);
    expect(barrier.isRootKey(rootKey)).toBe(false);
  });

  it('stays as it was when the root key is wrong', () => {
    const { barrier, keyring } = opened();
    const value = barrier.encrypt(Buffer.from('x'), 'k');
    expect(() => barrier.unseal(generateRootKey(), keyring)).toThrow(
      expect.objectContaining({ code: 'CORRUPT_RECORD' }),
    );
    expect(barrier.decrypt(value, 'k').toString()).toBe('x');
  });
});

describe('rotation', () => {
  it('seals under the new term only once the rotated keyring is loaded', () => {
    const { barrier } = opened();
    const rotated = barrier.rotate(NOW + 5);
    expect(barrier.term).toBe(1);
    barrier.reload(rotated);
    expect(barrier.keyStatus).toEqual({ term: 2, installTime: NOW + 5, encryptions: 0 });
  });

  it('opens values of every earlier term', () => {
    const { barrier } = opened();
    const values = [1, 2, 3].map((term) => {
      const value = barrier.encrypt(Buffer.from(`term ${term}`), 'k');
      barrier.reload(barrier.rotate(NOW));
      return value;
    });
    expect(values.map((value) => barrier.decrypt(value, 'k').toString())).toEqual(['term 1', 'term 2', 'term 3']);
  });

  it('reaches another barrier that holds the same root key', () => {
    const { barrier, rootKey, keyring } = opened();
    const replica = new Barrier();
    replica.unseal(rootKey, keyring);
    const rotated = barrier.rotate(NOW);
    barrier.reload(rotated);
    const value = barrier.encrypt(Buffer.from('later'), 'k');
    expect(() => replica.decrypt(value, 'k')).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
    replica.reload(rotated);
    expect(replica.decrypt(value, 'k').toString()).toBe('later');
  });

  it('counts encryptions of a term across a reload of the same keys', () => {
    const { barrier, keyring } = opened();
    for (let i = 0; i < 3; i += 1) barrier.encrypt(Buffer.from('x'), 'k');
    barrier.reload(keyring);
    expect(barrier.keyStatus.encryptions).toBe(3);
  });

  it('refuses a keyring of another root key and keeps the old one', () => {
    const { barrier } = opened();
    const value = barrier.encrypt(Buffer.from('x'), 'k');
    const foreign = Barrier.newKeyring(generateRootKey(), NOW);
    expect(() => barrier.reload(foreign)).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
    expect(barrier.decrypt(value, 'k').toString()).toBe('x');
  });
});

describe('a keyring that came and does not open', () => {
  it('tells what a later key sealed from damage, until one opens', () => {
    const { barrier, rootKey, keyring } = opened();
    const replica = new Barrier();
    replica.unseal(rootKey, keyring);
    const newRootKey = generateRootKey();
    const rekeyed = barrier.rekey(newRootKey, NOW);
    const old = barrier.encrypt(Buffer.from('old'), 'k');
    barrier.expectRootKey(newRootKey);
    barrier.reload(rekeyed);
    const value = barrier.encrypt(Buffer.from('new'), 'k');
    const refusal = (code: string) => expect.objectContaining({ code });
    expect(() => replica.decrypt(value, 'k')).toThrow(refusal('CORRUPT_RECORD'));
    expect(() => replica.reload(rekeyed)).toThrow(refusal('CORRUPT_RECORD'));
    expect(() => replica.decrypt(value, 'k')).toThrow(refusal('UNKNOWN_TERM'));
    expect(() => replica.decrypt(old, 'other')).toThrow(refusal('CORRUPT_RECORD'));
    expect(replica.decrypt(old, 'k').toString()).toBe('old');
    replica.expectRootKey(newRootKey);
    replica.reload(rekeyed);
    expect(replica.decrypt(value, 'k').toString()).toBe('new');
    const damaged = Buffer.from(value);
    damaged.writeUInt32BE(77, 1);
    expect(() => replica.decrypt(damaged, 'k')).toThrow(refusal('CORRUPT_RECORD'));
  });
});

describe('derive', () => {
  it('is HKDF-SHA256 of a key that rotation does not touch', () => {
    const keyring = Keyring.create(NOW);
    const derivationKey = keyring.serialise().subarray(1, 33);
    expect(keyring.derive('token')).toEqual(Buffer.from(hkdfSync('sha256', derivationKey, '', 'token', 32)));

    const { barrier } = opened();
    const before = barrier.derive('token');
    barrier.reload(barrier.rotate(NOW));
    expect(barrier.derive('token')).toEqual(before);
    expect(barrier.derive('index')).not.toEqual(before);
  });
});

describe('Keyring', () => {
  it('overwrites its keys when destroyed', () => {
    const keyring = Keyring.create(NOW);
    const { key } = keyring.active;
    keyring.destroy();
    expect(key.equals(Buffer.alloc(32))).toBe(true);
  });

  it('refuses bytes of another form', () => {
    const good = Keyring.create(NOW).serialise();
    const bad = [
      Buffer.alloc(0),
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.concat([Buffer.of(2), good.subarray(1)]),
    ];
    for (const form of bad)
      expect(() => Keyring.parse(form)).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
  });
});

describe('wrapped keys', () => {
  it('open for the purpose they were wrapped for and no other', () => {
    const key = generateRootKey();
    const wrapped = wrapKeys(key, Buffer.from('material'), 'keyring');
    expect(unwrapKeys(key, wrapped, 'keyring').toString()).toBe('material');
    expect(() => unwrapKeys(key, wrapped, 'root-key')).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
    expect(() => unwrapKeys(Buffer.alloc(16), wrapped, 'keyring')).toThrow(
      expect.objectContaining({ code: 'CORRUPT_RECORD' }),
    );
  });

  describe('that keeps what it opened', () => {
    const kept = () => {
      const { barrier, ...keys } = opened({ keepOpened: true });
      const sealed = barrier.encrypt(Buffer.from('moon'), 'entry/a');
      barrier.decrypt(sealed, 'entry/a');
      return { barrier, sealed, ...keys };
    };

    it('opens a value once, and gives everybody a copy', () => {
      const { barrier, sealed } = kept();
      sealed.fill(0);
      const first = barrier.decrypt(sealed, 'entry/a');
      first.fill(0);
      expect(barrier.decrypt(sealed, 'entry/a').toString()).toBe('moon');
    });

    it('gives it under its own key only, and not from another buffer', () => {
      const { barrier, sealed } = kept();
      const corrupt = expect.objectContaining({ code: 'CORRUPT_RECORD' });
      expect(() => barrier.decrypt(sealed, 'entry/b')).toThrow(corrupt);
      const other = Buffer.from(sealed);
      other.fill(0, 5);
      expect(() => barrier.decrypt(other, 'entry/a')).toThrow(corrupt);
    });

    it('forgets it when it is sealed', () => {
      const { barrier, sealed, rootKey, keyring } = kept();
      barrier.seal();
      expect(() => barrier.decrypt(sealed, 'entry/a')).toThrow(expect.objectContaining({ code: 'SEALED' }));
      barrier.unseal(rootKey, keyring);
      sealed.fill(0, 5);
      expect(() => barrier.decrypt(sealed, 'entry/a')).toThrow(expect.objectContaining({ code: 'CORRUPT_RECORD' }));
    });
  });
});
