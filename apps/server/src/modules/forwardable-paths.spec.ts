import 'reflect-metadata';
import { writtenFor } from '@tidelock/core/pipeline';
import { engineOfPart, engineOptions, type EngineOptions, type PathDeclaration, pathsOf } from '@tidelock/engine-api';
import { ENGINES, PARTS } from './build';

/** Everything that a primary might do for a secondary. Whoever declares a path decides whether it belongs here. */
const forwardable: { engineOptions: EngineOptions; declaration: PathDeclaration; name: string }[] = [
  ...ENGINES.map((engine) => ({ options: engineOptions(engine), engine })),
  ...PARTS.map((engine) => ({ options: engineOptions(engineOfPart(engine)), engine })),
].flatMap(({ options, engine }) =>
  pathsOf(engine)
    .filter(({ localOnly }) => !localOnly)
    .map((declaration) => ({
      engineOptions: options,
      declaration,
      name: `${options.type} ${declaration.operations.join(',')} ${declaration.pattern}`,
    })),
);

const isRead = ({ declaration }: (typeof forwardable)[number]): boolean =>
  declaration.operations.every((operation) => operation === 'read' || operation === 'list');

describe('What may be forwarded', () => {
  it('is nothing that needs no token, logins apart', () => {
    const open = forwardable.filter(
      ({ declaration }) => declaration.unauthenticated || declaration.whileSealed || declaration.openMetrics,
    );
    expect(open.map(({ name }) => name)).toEqual([]);
    expect(forwardable.filter(({ declaration }) => declaration.login).map(({ name }) => name)).toEqual([
      'userpass update login/:username',
    ]);
  });

  it('is, of the system, what writes what clusters share, and reads it', () => {
    const system = forwardable.filter(({ engineOptions: { type } }) => type === 'system');
    const patterns = [
      ...new Set(system.map(({ declaration }) => declaration.pattern.split('/').slice(0, 2).join('/'))),
    ].sort();
    expect(patterns).toEqual([
      'audit/*path',
      'auth/*path',
      'config/auditing',
      'config/cors',
      'mounts/*path',
      'policies/acl',
      'policies/password',
      'policy',
      'policy/*name',
      'remount',
      'remount/status',
      'rotate/config',
      'rotate/keyring',
    ]);
    for (const never of [
      'replication',
      'seal',
      'unseal',
      'init',
      'rekey',
      'generate-root',
      'rotate/root',
      'rotate',
      'leases',
      'wrapping',
      'internal',
      'capabilities',
      'audit-hash',
      'metrics',
      'health',
    ]) {
      expect(
        system
          .filter(
            ({ declaration: { pattern } }) =>
              pattern === never || (pattern.startsWith(`${never}/`) && never !== 'rotate'),
          )
          .map(({ name }) => name),
      ).toEqual([]);
    }
  });

  it('is written for every secondary in secrets engines alone', () => {
    const data = forwardable.filter((path) => !isRead(path) && writtenFor(path) === 'data');
    expect([...new Set(data.map(({ engineOptions: { type } }) => type))].sort()).toEqual(['kv', 'userpass']);
    expect(
      data.filter(({ engineOptions: { type } }) => type === 'userpass').map(({ declaration }) => declaration.pattern),
    ).toEqual(['login/:username']);
  });
});
