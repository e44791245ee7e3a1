import { searchBelow, type SearchState } from './search-below';

const TREE: Readonly<Record<string, readonly string[]>> = {
  'a/': ['db', 'b/', 'c/', 'private/'],
  'a/b/': ['db', 'web', 'd/'],
  'a/b/d/': ['db-old'],
  'a/c/': [],
};

const order = {
  from: 'a/',
  list: (folder: string) => (TREE[folder] ? Promise.resolve(TREE[folder]) : Promise.reject(new Error('403'))),
  matches: (name: string) => name.includes('db'),
};

describe('a search below a folder', () => {
  it('finds by the full name, and counts what it may not list', async () => {
    let last: SearchState | undefined;
    await searchBelow({ ...order, onProgress: (state) => (last = state), signal: new AbortController().signal });
    expect(last).toEqual({ found: ['a/db', 'a/b/db', 'a/b/d/db-old'], folders: 4, refused: 1 });
  });

  it('makes five calls at a time', async () => {
    let now = 0;
    let most = 0;
    const list = async (folder: string): Promise<readonly string[]> => {
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
      return folder === '' ? Array.from({ length: 30 }, (_, index) => `${index}/`) : [];
    };
    await searchBelow({ ...order, from: '', list, onProgress: () => {}, signal: new AbortController().signal });
    expect(most).toBe(5);
  });

  it('ends when it is stopped', async () => {
    const stop = new AbortController();
    let visited = 0;
    const list = (folder: string): Promise<readonly string[]> => {
      if ((visited += 1) === 20) stop.abort();
      return Promise.resolve([`${folder}x/`]);
    };
    await searchBelow({ ...order, list, onProgress: () => {}, signal: stop.signal });
    expect(visited).toBe(20);
  });
});
