import { Engine, EnginePart, OnPath } from '@tidelock/engine-api';
import { EngineRegistry, UnsupportedOperation } from '.';
import { checkBody } from './request-router';
import { loadedRoom } from './mounts-room.testing';

const loaded = async () => {
  const room = await loadedRoom();
  await room.enable('kv', { options: { version: '2' } });
  await room.enable('userpass', { kind: 'auth', type: 'userpass' });
  return room;
};

describe('RequestRouter', () => {
  it('finds mount, declaration and parameters', async () => {
    const { router, kv } = await loaded();
    expect(router.resolve('kv/data/a/b', 'read')).toMatchObject({
      mount: { path: 'kv/' },
      relative: 'data/a/b',
      params: { path: 'a/b' },
      declaration: { method: 'read' },
      instance: kv,
    });
    expect(router.resolve('auth/userpass/login/me', 'update')).toMatchObject({
      params: { name: 'me' },
      declaration: { login: true },
    });
    expect(router.resolve('sys/seal', 'update').declaration.sudo).toBe(true);
  });

  it('says what is wrong with a path', async () => {
    const { router } = await loaded();
    const errorOf = (path: string, operation: 'read' | 'patch') => {
      try {
        return router.resolve(path, operation);
      } catch (error) {
        return error;
      }
    };
    expect(errorOf('nope/x', 'read')).toMatchObject({
      status: 404,
      errors: ['no handler for route "nope/x". route entry not found.'],
    });
    expect(errorOf('sys/nope', 'read')).toMatchObject({
      status: 404,
      errors: ['1 error occurred:\n\t* unsupported path\n\n'],
    });
    expect(errorOf('kv/data/x', 'patch')).toMatchObject({
      status: 405,
      errors: ['1 error occurred:\n\t* unsupported operation\n\n'],
    });
  });

  it('says of a wrong verb whether everybody may know of the path', () => {
    const declared = (options: object) => [
      { operations: ['read' as const], pattern: 'x', method: 'x', help: '', ...options },
    ];
    expect(new UnsupportedOperation(declared({}))).toMatchObject({
      open: false,
      errors: ['1 error occurred:\n\t* unsupported operation\n\n'],
    });
    expect(new UnsupportedOperation(declared({ login: true }))).toMatchObject({
      open: true,
      errors: [expect.any(String)],
    });
    expect(new UnsupportedOperation(declared({ unauthenticated: true, bare: true }))).toMatchObject({
      status: 405,
      open: true,
      errors: [],
    });
    expect(new UnsupportedOperation([...declared({ unauthenticated: true }), ...declared({})]).open).toBe(false);
  });

  it('warns of what a write without a DTO does not declare', () => {
    const write = {
      operations: ['update' as const],
      pattern: 'x',
      method: 'x',
      help: '',
      fields: { data: 'object' as const },
    };
    expect(checkBody(write, { data: {}, junk: 1 }).warnings).toEqual([
      'Endpoint ignored these unrecognized parameters: [junk]',
    ]);
    expect(checkBody({ ...write, operations: ['read'] }, { junk: 1 }).warnings).toEqual([]);
  });

  it.each([false, true])('lets nothing be written for a mount that is gone (local: %s)', async (local) => {
    const { router, memory, admin, run, enable } = await loaded();
    await enable('gone', { options: { version: '2' }, local });
    const resolved = router.resolve('gone/data/x', 'update');
    const overtaken = memory.begin();
    await router.storageOf(overtaken, resolved).put('new', Buffer.from('x'));
    await router.requireMounted(overtaken, resolved);
    await run((scope) => admin.disable(scope, 'secret', 'gone'));
    await expect(overtaken.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    await expect(router.requireMounted(memory.begin(), resolved)).rejects.toMatchObject({
      status: 404,
      errors: ['no handler for route "gone/data/x". route entry not found.'],
    });
  });

  it('takes mounts that every cluster has for mounted, also while sealed', async () => {
    const { router, memory, table } = await loaded();
    const held = router.resolve('sys/seal', 'update');
    table.stop();
    memory.reload(({ replicated }) => replicated.clear());
    await router.requireMounted(memory.begin(), held);
    await router.requireMounted(memory.begin(), router.resolveWhileSealed('sys/seal', 'update') as typeof held);
  });

  it('serves the system while sealed, and nothing else', async () => {
    const { router, table } = await loaded();
    table.stop();
    expect(router.resolveWhileSealed('sys/health', 'read')?.declaration.whileSealed).toBe(true);
    expect(router.resolveWhileSealed('sys/seal', 'update')?.declaration.whileSealed).toBeUndefined();
    expect(router.resolveWhileSealed('sys/nope', 'read')).toBeUndefined();
    expect(router.resolveWhileSealed('kv/data/x', 'read')).toBeUndefined();
    expect(() => router.resolve('kv/data/x', 'read')).toThrow('no handler for route');
  });

  it('gives help on paths and on whole mounts', async () => {
    const { router } = await loaded();
    expect(router.resolve('kv', 'help').declaration.operations).toEqual(['help']);
    const mount = router.help('kv').data as { help: string; openapi: { paths: object } };
    expect(mount.help).toContain('Version 2.');
    expect(Object.keys(mount.openapi.paths)).toEqual([
      '/kv/data/{path}',
      '/kv/import/{format}',
      '/kv/metadata/{path}',
      '/kv/metadata',
    ]);
    const path = router.help('kv/data/x').data as { help: string; openapi: { paths: object } };
    expect(path.help).toContain('Writes a secret.');
    expect(Object.keys(path.openapi.paths)).toEqual(['/kv/data/{path}']);
  });

  it('describes mounts as OpenAPI', async () => {
    const { admin } = await loaded();
    const { openapi, paths } = admin.openApi([...admin.list('secret'), ...admin.list('auth')]) as {
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    expect(openapi).toBe('3.0.2');
    expect(Object.keys(paths['/kv/data/{path}'] ?? {}).sort()).toEqual([
      'delete',
      'description',
      'get',
      'parameters',
      'post',
    ]);
    expect(paths['/kv/data/{path}']?.['post']?.['requestBody']).toMatchObject({
      content: {
        'application/json': {
          schema: {
            required: ['data'],
            properties: { data: { type: 'string', description: 'What to store.' }, cas: { type: 'integer' } },
          },
        },
      },
    });
    expect(paths['/kv/import/{format}']?.['post']?.['requestBody']).toEqual({
      required: true,
      content: { 'application/x-secrets': { schema: { type: 'string', format: 'binary' } } },
    });
    expect(paths['/kv/metadata/{path}']?.['get']?.['parameters']).toEqual([
      expect.objectContaining({ name: 'list', in: 'query' }),
    ]);
    expect(paths['/auth/userpass/login/{name}']).toMatchObject({ 'x-vault-unauthenticated': true });
    expect(paths['/sys/seal']).toMatchObject({ 'x-vault-sudo': true });
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap((operation) => operation?.['operationId'] ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('checks bodies against their DTO, and leaves undeclared ones alone', async () => {
    const { router } = await loaded();
    const { declaration } = router.resolve('kv/data/x', 'update');
    expect(router.checkBody(declaration, { data: 'd', cas: '3', other: 1 })).toEqual({
      body: { data: 'd', cas: 3 },
      warnings: ['Endpoint ignored these unrecognized parameters: [other]'],
    });
    expect(() => router.checkBody(declaration, {})).toThrow(
      expect.objectContaining({ status: 400, errors: ['missing data'] }),
    );
    const raw = { anything: 1 };
    expect(router.checkBody(router.resolve('auth/userpass/login/me', 'update').declaration, raw).body).toBe(raw);
  });
});

describe('EngineRegistry', () => {
  it('knows its types', async () => {
    const { registry } = await loaded();
    expect([
      registry.find('secret', 'kv')?.options.version,
      registry.find('secret', 'kv', '2')?.options.version,
    ]).toEqual(['1', '2']);
    expect(registry.find('auth', 'kv')).toBeUndefined();
  });

  it('refuses engines that are there twice, and parts of none', () => {
    @Engine({ kind: 'secret', type: 'x', help: '' })
    class X {}
    @Engine({ kind: 'auth', type: 'x', help: '' })
    class AuthX {}
    @EnginePart(AuthX)
    class Y {
      @OnPath('read', 'y', { help: '' })
      async read(): Promise<undefined> {
        return undefined;
      }
    }
    expect(() => new EngineRegistry([new X(), new X()])).toThrow('the engine secret x  is registered twice');
    expect(() => new EngineRegistry([new X()], [new Y()])).toThrow('Y is a part of an engine that is not there');
    expect(() => new EngineRegistry([new X()], [new X()])).toThrow(/X.* lacks @EnginePart\(\)/s);
  });

  it('gives engines of one type, but another kind or version, no parts of each other', () => {
    @Engine({ kind: 'secret', type: 'ldap', version: '1', help: '' })
    class Secrets {}
    @Engine({ kind: 'secret', type: 'ldap', version: '2', help: '' })
    class NewerSecrets {}
    @Engine({ kind: 'auth', type: 'ldap', help: '' })
    class Method {}
    @EnginePart(Method)
    class Users {
      @OnPath('read', 'users', { help: '' })
      async read(): Promise<undefined> {
        return undefined;
      }
    }
    const registry = new EngineRegistry([new Secrets(), new NewerSecrets(), new Method()], [new Users()]);
    const serves = (kind: 'secret' | 'auth', version?: string) =>
      registry.find(kind, 'ldap', version)?.table.match('read', 'users') !== undefined;
    expect([serves('secret'), serves('secret', '2'), serves('auth')]).toEqual([false, false, true]);
  });

  it('mounts a type under the aliases that its engine declares, for its own kind alone', () => {
    @Engine({ kind: 'secret', type: 'x', aliases: ['ex'], help: '' })
    class X {}
    @Engine({ kind: 'secret', type: 'y', version: '2', aliases: ['y-two'], help: '' })
    class Y {}
    const registry = new EngineRegistry([new X(), new Y()]);
    expect(registry.mountable('secret', 'ex', { a: 'b' })).toEqual({ type: 'x', options: { a: 'b' } });
    expect(registry.mountable('secret', 'y-two', { version: '1' })).toEqual({ type: 'y', options: { version: '2' } });
    expect(() => registry.mountable('auth', 'ex', {})).toThrow('plugin not found in the catalog: ex');
  });

  it('refuses an alias that says nothing certain', () => {
    @Engine({ kind: 'secret', type: 'x', aliases: ['a'], help: '' })
    class X {}
    @Engine({ kind: 'secret', type: 'y', aliases: ['a'], help: '' })
    class Y {}
    @Engine({ kind: 'secret', type: 'a', help: '' })
    class A {}
    expect(() => new EngineRegistry([new X(), new Y()])).toThrow('the alias secret a is registered twice');
    expect(() => new EngineRegistry([new X(), new A()])).toThrow('the alias secret a is a type of its own');
  });

  it('knows which types the service alone mounts', async () => {
    const { registry } = await loaded();
    expect(['system', 'kv', 'userpass', 'nope'].filter((type) => registry.isSingleton(type))).toEqual(['system']);
  });
});
