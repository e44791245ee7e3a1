import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');
const IMPORT_RULES = jest.requireActual<{ forbidden: { name: string }[] }>('../.dependency-cruiser.js');

/** For each import rule a file that breaks it: [rule, the file, what it imports]. */
const FORBIDDEN_IMPORTS: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['no-cycles', 'libs/kernel/src/circle.ts', './returns'],
  ['no-cycles', 'libs/kernel/src/type-circle.ts', 'type ./type-returns'],
  ['libs-never-import-apps', 'libs/client/src/up.ts', '../../../apps/server/src/main'],
  ['enter-a-lib-by-its-index', 'libs/client/src/deep.ts', '../../kernel/src/clock'],
  ['apps-enter-a-lib-by-its-index', 'apps/server/src/deep.ts', '../../../libs/kernel/src/clock'],
  ['engines-see-the-engine-api-only', 'libs/engines/x/src/index.ts', '@tidelock/core/mounts'],
  ['seals-see-the-barrier', 'libs/seals/x/src/index.ts', '@tidelock/store'],
  ['kernel-knows-nobody', 'libs/kernel/src/up.ts', '@tidelock/engine-api'],
  ['api-answers-know-nobody', 'libs/api-answers/src/up.ts', '@tidelock/kernel'],
  ['engine-api-knows-the-kernel', 'libs/engine-api/src/up.ts', '@tidelock/store'],
  ['hcl-client-and-broker-know-the-kernel', 'libs/hcl/src/up.ts', '@tidelock/engine-api'],
  ['hcl-client-and-broker-know-the-kernel', 'libs/client/src/up-too.ts', '@tidelock/engine-api'],
  ['hcl-client-and-broker-know-the-kernel', 'libs/dev-kafka/src/up.ts', '@tidelock/stream'],
  ['engine-testing-knows-the-engine-api', 'libs/engine-testing/src/up.ts', '@tidelock/store'],
  ['cli-knows-the-client', 'apps/cli/src/inside.ts', '@tidelock/store'],
  ['cli-knows-the-client', 'apps/cli/src/across.ts', '../../server/src/main'],
  ['ui-knows-the-api', 'apps/ui/src/api/inside.ts', '@tidelock/store'],
  ['ui-features-stand-apart', 'apps/ui/src/features/seal/across.ts', '../sign-in/login'],
  ['barrier-knows-the-kernel', 'libs/barrier/src/up.ts', '@tidelock/store'],
  ['store-knows-the-barrier', 'libs/store/src/up.ts', '@tidelock/replication'],
  ['stream-knows-the-store', 'libs/stream/src/up.ts', '@tidelock/replication'],
  ['replication-knows-the-stream', 'libs/replication/src/up.ts', '@tidelock/core/mounts'],
  ['replication-knows-the-stream', 'libs/replication/src/one-broker.ts', '@tidelock/stream/kafka'],
  ['brokers-for-tests-only', 'libs/core/mounts/src/broker.ts', '@tidelock/dev-kafka'],
  ['core-knows-what-is-below', 'libs/core/mounts/src/across.ts', '@tidelock/engines/x'],
  ['core-knows-what-is-below', 'libs/core/seal/src/across.ts', '@tidelock/seals/y'],
  ['core-knows-what-is-below', 'libs/core/replica/src/wire.ts', '@tidelock/stream'],
  ['policies-read-hcl', 'libs/core/mounts/src/language.ts', '@tidelock/hcl'],
  ['core-layer-0', 'libs/core/scope/src/across.ts', '@tidelock/core/runtime'],
  ['core-layer-1', 'libs/core/outside/src/up.ts', '@tidelock/core/mounts'],
  ['core-layer-2', 'libs/core/mounts/src/up.ts', '@tidelock/core/tokens'],
  ['core-layer-2', 'libs/core/policies/src/across.ts', 'type @tidelock/core/mounts'],
  ['core-layer-3', 'libs/core/tokens/src/up.ts', '@tidelock/core/leases'],
  ['core-layer-4', 'libs/core/leases/src/up.ts', '@tidelock/core/pipeline'],
  ['core-layer-5', 'libs/core/pipeline/src/up.ts', '@tidelock/core/replica'],
  ['core-layer-6', 'libs/core/replica/src/up.ts', '@tidelock/core/service'],
  ['core-has-layers', 'libs/core/attic/src/index.ts', '@tidelock/core/mounts'],
  ['runtime-knows-the-engine-api', 'libs/core/runtime/src/down.ts', '@tidelock/store'],
  ['set-up-for-specs-only', 'libs/core/mounts/src/shared.ts', './set-up.testing'],
  ['set-up-for-specs-only', 'libs/core/mounts/src/later.ts', '@tidelock/core/runtime/testing'],
  ['set-up-for-specs-only', 'libs/engines/x/src/set-up.ts', '@tidelock/engine-testing'],
  ['domain-stays-pure', 'libs/stream/src/domain/rule.ts', '@nestjs/common'],
  ['local-never-reaches-the-journal', 'libs/store/src/unit-of-work/local-leak.ts', '../journal/journal'],
  ['kafka-behind-one-port', 'libs/stream/src/publish/direct.ts', 'kafkajs'],
  ['http-framework-in-the-server-only', 'libs/core/mounts/src/http.ts', 'fastify'],
  ['no-nest-in-the-core', 'libs/core/mounts/src/injected.ts', '@nestjs/common'],
  ['typeorm-in-the-store-only', 'libs/core/mounts/src/sql.ts', 'typeorm'],
];

/** The imports that each rule is there to let through. */
const ALLOWED_IMPORTS: readonly (readonly [file: string, imported: string])[] = [
  ['libs/engines/y/src/index.ts', '@tidelock/engine-api'],
  ['libs/engines/y/src/set-up.testing.ts', '@tidelock/core/mounts'],
  ['libs/seals/y/src/index.ts', '@tidelock/barrier'],
  ['libs/core/seal/src/room.testing.ts', '@tidelock/seals/y'],
  ['libs/engines/y/src/engine.spec.ts', '@tidelock/engine-testing'],
  ['libs/engine-testing/src/request.ts', '@tidelock/engine-api'],
  ['libs/client/src/front-door.ts', '@tidelock/kernel'],
  ['apps/cli/src/session.ts', '@tidelock/client'],
  ['apps/ui/src/cluster/status.ts', '@tidelock/api-answers'],
  ['libs/core/policies/src/language.ts', '@tidelock/hcl'],
  ['libs/core/tokens/src/down.ts', '@tidelock/core/mounts'],
  ['libs/core/tokens/src/up.spec.ts', '@tidelock/core/leases'],
  ['libs/core/service/src/down.ts', '@tidelock/core/replica'],
  ['libs/core/mounts/src/later.spec.ts', '@tidelock/core/runtime/testing'],
  ['libs/store/src/unit-of-work/replicated-write.ts', '../journal/journal'],
  ['libs/replication/src/status.ts', 'type @tidelock/api-answers'],
  ['libs/replication/testing/src/member.ts', '@tidelock/dev-kafka'],
  ['libs/replication/src/roles/living.ts', '@tidelock/core/runtime'],
  ['libs/replication/src/roles/following.ts', '@tidelock/stream'],
  ['libs/stream/kafka/src/client.ts', 'kafkajs'],
  ['apps/server/src/edge.ts', 'fastify'],
  ['libs/store/src/adapters/database.ts', 'typeorm'],
  ['libs/engines/x/src/injected.ts', '@nestjs/common'],
];

/** What the files above import, none of it against a rule. */
const BYSTANDERS = [
  'libs/kernel/src/index.ts',
  'libs/kernel/src/clock.ts',
  'libs/engine-api/src/index.ts',
  'libs/engine-testing/src/index.ts',
  'libs/client/src/index.ts',
  'libs/hcl/src/index.ts',
  'libs/barrier/src/index.ts',
  'libs/store/src/index.ts',
  'libs/store/src/journal/journal.ts',
  'libs/replication/src/index.ts',
  'libs/stream/src/index.ts',
  'libs/stream/kafka/src/index.ts',
  'libs/core/mounts/src/index.ts',
  'libs/core/mounts/src/set-up.testing.ts',
  'libs/core/runtime/src/index.ts',
  'libs/core/tokens/src/index.ts',
  'libs/core/leases/src/index.ts',
  'libs/core/pipeline/src/index.ts',
  'libs/core/replica/src/index.ts',
  'libs/core/service/src/index.ts',
  'libs/core/runtime/testing/src/index.ts',
  'libs/dev-kafka/src/index.ts',
  'apps/server/src/main.ts',
  'apps/ui/src/features/sign-in/login.ts',
  'libs/api-answers/src/index.ts',
];

const FOLDERS = '.dependency-cruiser.folders.js';
/** [file, what it imports]. Two folders know each other by different files, one of them a spec in the second pair; two import from above. */
const FOLDER_IMPORTS: readonly (readonly [file: string, imported: string])[] = [
  ['libs/core/mounts/src/lower/a.ts', '../upper/b'],
  ['libs/core/mounts/src/upper/c.ts', '../lower/d'],
  ['libs/replication/src/calm/a.spec.ts', '../loud/b'],
  ['libs/replication/src/loud/c.ts', '../calm/d'],
  ['apps/cli/src/below/a.ts', '../top'],
  ['apps/cli/src/below/a.spec.ts', '../top'],
  ['apps/cli/src/below/further/b.ts', '../../top'],
];

const BLOCK = (statements: number): string =>
  `export function f(): void {\n${'  JSON.stringify(0);\n'.repeat(statements)}}\n`;
const BROKEN_BUDGETS: readonly (readonly [rule: string, text: string])[] = [
  ['max-lines', Array.from({ length: 301 }, (_, n) => `export const b${n} = ${n};\n`).join('')],
  ['max-lines-per-function', BLOCK(60)],
  [
    'complexity',
    `export const f = (n: number): number => ${Array.from({ length: 10 }, (_, n) => `n === ${n} ? ${n} : `).join('')}n;\n`,
  ],
  [
    'max-depth',
    'export function f(n: number): void {\n  if (n) { if (n > 1) { if (n > 2) { if (n > 3) { JSON.stringify(n); } } } }\n}\n',
  ],
  ['max-params', 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1): number[] => [a, b, c, d, e, g];\n'],
  ['@typescript-eslint/no-explicit-any', 'export const f = (a: any): string => String(a);\n'],
  ['@typescript-eslint/ban-ts-comment', '// @ts-ignore\nexport const f = 1;\n'],
  ['@typescript-eslint/consistent-type-definitions', 'export type Shape = { readonly a: string };\n'],
  ['no-restricted-properties', 'export const home = process.env;\n'],
  ['no-restricted-properties', 'export const now = Date.now();\n'],
  ['no-restricted-syntax', 'export const now = new Date();\n'],
  ['no-restricted-imports', "export { systemClock } from '@tidelock/kernel';\n"],
  ['no-restricted-syntax', "export const fs = require('node:fs') as object;\n"],
  ['no-restricted-syntax', "export const fs = (): object => require('node:fs');\n"],
  ['tidelock/recurring-timers', 'export const f = (look: () => void): unknown => setInterval(look, 1);\n'],
  ['tidelock/recurring-timers', 'export const f = (look: () => void): unknown => globalThis.setInterval(look, 1);\n'],
  ['tidelock/recurring-timers', 'export const f = (): void => void setTimeout(f, 1);\n'],
  ['tidelock/recurring-timers', 'export class A {\n  f(): void {\n    setTimeout(() => this.f(), 1);\n  }\n}\n'],
  [
    'tidelock/recurring-timers',
    "import { setInterval as ticks } from 'node:timers/promises';\nexport const f = (): unknown => ticks(1);\n",
  ],
  [
    'tidelock/recurring-timers',
    "import { setTimeout as nap } from 'node:timers/promises';\nexport async function f(): Promise<void> {\n  for (;;) await nap(1);\n}\n",
  ],
  [
    'tidelock/recurring-timers',
    "import { setTimeout as nap } from 'node:timers/promises';\nexport async function f(): Promise<void> {\n  await nap(1);\n  await f();\n}\n",
  ],
  [
    'tidelock/recurring-timers',
    'export async function f(): Promise<void> {\n  for (;;) await new Promise((wake) => setTimeout(wake, 1));\n}\n',
  ],
  ['@typescript-eslint/no-restricted-imports', "export { Kafka } from 'kafkajs';\n"],
  ['@typescript-eslint/no-restricted-imports', "import { importJWK } from 'jose';\nexport const f = importJWK;\n"],
];
const KEPT_BUDGETS = [
  BLOCK(50),
  "export const kafkajs = (): typeof import('kafkajs') => require('kafkajs');\n",
  'export const f = (socket: { end(): void }): unknown => setTimeout(() => socket.end(), 1);\n',
  "import type { JWK } from 'jose';\nexport const f = (key: JWK): string => JSON.stringify(key);\n",
];

describe('the rules of the house are code', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidelock-rules-'));
    for (const name of ['.dependency-cruiser.js', FOLDERS, 'tsconfig.json', 'package.json'])
      copyFileSync(join(ROOT, name), join(folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  describe('import rules', () => {
    let violations: Violation[];
    beforeAll(() => {
      for (const file of BYSTANDERS) write(file, 'export const here = 1;\n');
      write('libs/kernel/src/returns.ts', "import { f } from './circle';\nexport const here = f;\n");
      write('libs/kernel/src/type-returns.ts', importing('type ./type-circle'));
      for (const [file, imported] of ALLOWED_IMPORTS) write(file, importing(imported));
      for (const [, file, imported] of FORBIDDEN_IMPORTS) write(file, importing(imported));
      violations = violationsIn(folder, ['apps', 'libs']);
    }, 120_000);

    it('each rule has its counter-example here', () => {
      expect(new Set(FORBIDDEN_IMPORTS.map(([rule]) => rule))).toEqual(
        new Set(IMPORT_RULES.forbidden.map(({ name }) => name)),
      );
    });

    it.each(FORBIDDEN_IMPORTS)('%s refuses %s importing %s', (rule, file) => {
      expect(violations).toContainEqual(
        expect.objectContaining({ from: file, rule: expect.objectContaining({ name: rule, severity: 'error' }) }),
      );
    });

    it.each(ALLOWED_IMPORTS)('%s may import %s', (file) => {
      expect(violations.filter(({ from }) => from === file)).toEqual([]);
    });

    it('nothing in this project breaks one', () => {
      expect(
        violationsIn(ROOT, ['apps', 'libs', 'test', 'bench', 'tools']).map(
          ({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`,
        ),
      ).toEqual([]);
    }, 120_000);
  });

  describe('rules about folders', () => {
    it('refuse two that know each other, and imports from above, specs aside', () => {
      for (const [file, imported] of FOLDER_IMPORTS) {
        write(file, importing(imported));
        write(`${join(dirname(file), imported)}.ts`, 'export const here = 1;\n');
      }
      const found = violationsIn(folder, ['apps/cli', 'libs/core/mounts', 'libs/replication'], FOLDERS);
      const here = new Set(FOLDER_IMPORTS.flatMap(([file]) => [file, dirname(file)]));
      expect(
        found
          .filter(({ from }) => here.has(from))
          .map(({ from, rule }) => `${rule.name}: ${from}`)
          .sort(),
      ).toEqual([
        'no-cycles-of-folders: libs/core/mounts/src/lower',
        'no-cycles-of-folders: libs/core/mounts/src/upper',
        'no-imports-from-the-top: apps/cli/src/below/a.ts',
        'no-imports-from-the-top: apps/cli/src/below/further/b.ts',
      ]);
    }, 120_000);

    it('are kept by this project', () => {
      expect(violationsIn(ROOT, ['apps', 'libs'], FOLDERS).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
    }, 120_000);
  });

  describe('budgets', () => {
    let broken: Map<string, string[]>;
    beforeAll(() => {
      BROKEN_BUDGETS.forEach(([, text], at) => write(`budgets/case-${at}.ts`, text));
      KEPT_BUDGETS.forEach((text, at) => write(`budgets/within-${at}.ts`, text));
      broken = lint(folder, 'budgets');
    }, 120_000);

    it.each(BROKEN_BUDGETS.map(([rule], at) => [rule, at] as const))('%s is an error', (rule, at) => {
      expect(broken.get(`case-${at}.ts`)).toEqual([rule]);
    });

    it.each(KEPT_BUDGETS.map((_, at) => at))('what keeps within them passes (%i)', (at) => {
      expect(broken.get(`within-${at}.ts`)).toEqual([]);
    });
  });
});

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string; readonly severity: string };
}

const importing = (imported: string): string =>
  imported.startsWith('type ')
    ? `import type * as other from '${imported.slice(5)}';\nexport type F = typeof other;\n`
    : `import * as other from '${imported}';\nexport const f = other;\n`;

function violationsIn(folder: string, roots: readonly string[], config = '.dependency-cruiser.js'): Violation[] {
  const tool = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tool, ...roots, '--config', config, '--output-type', 'json'],
    outputOf(folder),
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

/** Rules that are broken as errors, by file name. */
function lint(folder: string, under: string): Map<string, string[]> {
  const tool = join(ROOT, 'node_modules', 'eslint', 'bin', 'eslint.js');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  for (const name of ['eslint.config.mjs', 'tools/recurring-timers.mjs'])
    copyFileSync(join(ROOT, name), join(folder, name));
  const { stdout, stderr } = spawnSync(process.execPath, [tool, under, '--format', 'json'], outputOf(folder));
  if (!stdout.startsWith('[')) throw new Error(stderr);
  const results = JSON.parse(stdout) as { filePath: string; messages: { ruleId: string; severity: number }[] }[];
  return new Map(
    results.map(({ filePath, messages }) => [
      filePath.split('/').at(-1) as string,
      messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId),
    ]),
  );
}

const outputOf = (cwd: string) => ({ cwd, encoding: 'utf8', maxBuffer: 2 ** 28 }) as const;
