import { Engine, engineOfPart, engineOptions, EnginePart } from './engine';

@Engine({ kind: 'secret', type: 'kv', version: '2', help: 'keeps versions', localPrefixes: ['cache/'] })
class Kv {}

@Engine({ kind: 'secret', type: 'kv', version: '3', help: 'keeps more' })
class NewerKv extends Kv {}

@EnginePart(Kv)
class Part {}

describe('@Engine', () => {
  it('keeps what an engine says about itself', () => {
    expect(engineOptions(Kv)).toEqual({
      kind: 'secret',
      type: 'kv',
      version: '2',
      help: 'keeps versions',
      localPrefixes: ['cache/'],
    });
  });

  it('is inherited, and replaced as a whole by a class that declares its own', () => {
    expect(engineOptions(class extends Kv {})).toBe(engineOptions(Kv));
    expect(engineOptions(NewerKv)).toEqual({ kind: 'secret', type: 'kv', version: '3', help: 'keeps more' });
    expect(engineOptions(Kv).version).toBe('2');
  });

  it('is missed by name', () => {
    class Forgetful {}
    expect(() => engineOptions(Forgetful)).toThrow(/Forgetful.* lacks @Engine\(\)/s);
  });
});

describe('@EnginePart', () => {
  it('names the engine that a class is a part of', () => {
    expect(engineOfPart(Part)).toBe(Kv);
    expect(() => engineOfPart(Kv)).toThrow(/Kv.* lacks @EnginePart\(\)/s);
  });
});
