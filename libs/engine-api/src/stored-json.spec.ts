import { RawJson } from '@tidelock/kernel';
import { readJson, writeJson } from './stored-json';

class Entries {
  readonly entries = new Map<string, Buffer>();
  get = async (key: string) => this.entries.get(key);
  put = async (key: string, value: Buffer) => void this.entries.set(key, value);
}

describe('stored JSON', () => {
  it('comes back as it was written, numbers to the letter', async () => {
    const storage = new Entries();
    const document = {
      text: 'Grüße 🐟',
      exact: new RawJson('12345678901234567890.50'),
      list: [1, null, true],
      nested: { '': {} },
    };
    await writeJson(storage, 'config', document);
    expect(storage.entries.get('config')?.toString('utf8')).toContain('"exact":12345678901234567890.50');
    expect(await readJson(storage, 'config')).toEqual(document);
  });

  it('is undefined where nothing is stored', async () => {
    expect(await readJson(new Entries(), 'config')).toBeUndefined();
  });

  it('is an error where something else is stored, not an empty document', async () => {
    const storage = new Entries();
    await storage.put('config', Buffer.from('{'));
    await expect(readJson(storage, 'config')).rejects.toThrow(SyntaxError);
  });
});
