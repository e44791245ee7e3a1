import { filterId, lets, listsByFolder, pathsFilterOf, requireNoSingleton, withoutPath } from './paths-filter';

describe('A paths filter', () => {
  it('takes paths as operators write them, each once', () => {
    expect(pathsFilterOf('allow', ['secret', '/secret/', 'auth/userpass//', 'team/kv'])).toEqual({
      mode: 'allow',
      paths: ['secret/', 'auth/userpass/', 'team/kv/'],
    });
    expect(pathsFilterOf('deny', [])).toEqual({ mode: 'deny', paths: [] });
  });

  it.each(['', '/', 'a//b', 'x'.repeat(513)])('refuses %j', (path) => {
    expect(() => pathsFilterOf('allow', [path])).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  });

  it('names no mount that every cluster has, nor anything below it', () => {
    const requireFilterable = (path: string) => requireNoSingleton(pathsFilterOf('deny', ['kv', path]), ['sys/']);
    for (const path of ['sys', 'sys/mounts/'])
      expect(() => requireFilterable(path)).toThrow(/^cannot filter "sys\/(mounts\/)?": every secondary has it$/);
    requireFilterable('system');
  });

  it('knows two modes', () => {
    expect(() => pathsFilterOf('whitelist', [])).toThrow('mode must be one of "allow" or "deny"');
  });

  it('means mounts by their paths and by the folders they lie in, whole segments only', () => {
    const paths = ['kv/', 'team/'];
    const shown = (mode: 'allow' | 'deny') =>
      ['kv/', 'kv2/', 'team/a/', 'teams/', 'auth/kv/'].filter((path) => lets({ mode, paths }, path));
    expect(shown('allow')).toEqual(['kv/', 'team/a/']);
    expect(shown('deny')).toEqual(['kv2/', 'teams/', 'auth/kv/']);
    expect(['kv/', 'team/a/', 'other/'].map((path) => listsByFolder({ mode: 'deny', paths }, path))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('has one id however its paths are ordered, and another for any other filter', () => {
    const filter = pathsFilterOf('allow', ['a', 'b']);
    expect(filterId(filter)).toMatch(/^[0-9a-f]{16}$/);
    expect(filterId(pathsFilterOf('allow', ['b', 'a']))).toBe(filterId(filter));
    for (const other of [pathsFilterOf('deny', ['a', 'b']), withoutPath(filter, 'a/')])
      expect(filterId(other)).not.toBe(filterId(filter));
  });
});
