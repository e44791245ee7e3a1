import { MemoryStorage } from './memory-storage';

describe('MemoryStorage', () => {
  it('gives keys page by page, as the storage of a mount does', async () => {
    const storage = new MemoryStorage();
    for (const key of ['b/2', 'a', 'b/1', 'c']) await storage.put(key, Buffer.from('x'));
    const keys = async (...page: Parameters<MemoryStorage['page']>): Promise<string[]> => {
      const found: string[] = [];
      for await (const key of storage.page(...page)) found.push(key);
      return found;
    };
    expect(await keys('')).toEqual(['a', 'b/1', 'b/2', 'c']);
    expect(await keys('b/', { limit: 1 })).toEqual(['b/1']);
    expect(await keys('', { after: 'b', limit: 2 })).toEqual(['b/1', 'b/2']);
  });
});
