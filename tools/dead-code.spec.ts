import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "x", "dependencies": { "kafkajs": "2.2.4", "pg": "8.23.1" } }',
  'apps/server/src/main.ts': "import 'pg';\nimport { alive } from './part';\nalive();\n",
  'apps/server/src/part.ts': [
    'export const alive = (): number => inner();',
    'export const inner = (): number => 1;',
    'export const forItsSpec = (): number => 2;',
    'export const forNobody = (): number => 3;',
  ].join('\n'),
  'apps/server/src/part.spec.ts':
    "import { forItsSpec } from './part';\nimport { set } from './set-up';\nset(forItsSpec);\n",
  'apps/server/src/set-up.ts': 'export const set = (work: () => number): number => work();\n',
  'apps/server/src/alone.ts': 'export const here = 1;\n',
  'libs/engine-api/src/index.ts': 'export const forEnginesToCome = 1;\n',
  'libs/engine-api/src/on-path.testing.ts': 'export const forSpecsToCome = 1;\n',
};

describe('what nobody uses', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidelock-dead-'));
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    for (const name of ['knip.config.js', 'tsconfig.json']) copyFileSync(join(ROOT, name), join(folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is told, wherever it is', () => {
    expect(deadIn(folder)).toEqual([
      'files apps/server/src/alone.ts',
      'files libs/engine-api/src/on-path.testing.ts',
      'dependencies kafkajs',
      'exports forNobody',
      'exports inner',
    ]);
  });

  it('is told of what runs for users, where specs alone use it', () => {
    expect(deadIn(folder, '--production')).toEqual([
      'files apps/server/src/alone.ts',
      'files apps/server/src/set-up.ts',
      'dependencies kafkajs',
      'exports forItsSpec',
      'exports forNobody',
    ]);
  });
});

function deadIn(folder: string, ...options: readonly string[]): string[] {
  const tool = join(ROOT, 'node_modules', 'knip', 'bin', 'knip.js');
  const { stdout } = spawnSync(process.execPath, [tool, '--reporter', 'json', ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { issues } = JSON.parse(stdout) as { issues: Record<string, { name: string }[]>[] };
  return ['files', 'dependencies', 'exports'].flatMap((kind) =>
    issues.flatMap((issue) => (issue[kind] ?? []).map(({ name }) => `${kind} ${name}`)).sort(),
  );
}
