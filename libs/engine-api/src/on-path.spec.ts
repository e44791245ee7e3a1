import type { EngineResponse } from './request/response';
import { OnPath, pathsOf } from './on-path';

class Base {
  @OnPath('read', 'config', { help: 'reads' })
  async read(): Promise<EngineResponse | undefined> {
    return { data: { from: 'base' } };
  }
}

class Extended extends Base {
  @OnPath(['create', 'update'], 'config', { help: 'writes', sudo: true })
  async write(): Promise<undefined> {}

  override async read(): Promise<EngineResponse | undefined> {
    return { data: { from: 'extended' } };
  }
}

class Other extends Base {
  @OnPath('list', '', { help: 'lists' })
  async list(): Promise<undefined> {}
}

class Plain extends Extended {}

describe('@OnPath', () => {
  it("declares a method's path with its operations and options", () => {
    expect(pathsOf(Base)).toEqual([{ operations: ['read'], pattern: 'config', method: 'read', help: 'reads' }]);
    expect(pathsOf(Extended).at(-1)).toEqual({
      operations: ['create', 'update'],
      pattern: 'config',
      method: 'write',
      help: 'writes',
      sudo: true,
    });
  });

  it('adds to what the class above declares, in order, and changes nothing there', () => {
    expect(pathsOf(Extended).map(({ method }) => method)).toEqual(['read', 'write']);
    expect(pathsOf(Other).map(({ method }) => method)).toEqual(['read', 'list']);
    expect(pathsOf(Base).map(({ method }) => method)).toEqual(['read']);
  });

  it('is inherited by a class that declares nothing, and an overriding method serves the inherited path', async () => {
    expect(pathsOf(Plain)).toEqual(pathsOf(Extended));
    const [declaration] = pathsOf(Plain);
    const instance = new Plain() as Plain & Record<string, () => Promise<EngineResponse | undefined>>;
    expect(await instance[declaration?.method as 'read']()).toEqual({ data: { from: 'extended' } });
  });

  it('leaves a class without paths with none', () => {
    expect(pathsOf(class {})).toEqual([]);
  });
});
