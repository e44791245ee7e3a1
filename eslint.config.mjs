import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import recurringTimers from './tools/recurring-timers.mjs';

const ENVIRONMENT = { object: 'process', property: 'env', message: 'Read the environment in apps/*/src/config only.' };
const NOW =
  'Ask the clock that is injected, or the request for its time; performance.now() measures how long something takes.';
const TIME = { object: 'Date', property: 'now', message: NOW };
// Loaded when they are first used (CONTRIBUTING.md, "Late loading"): many files each, for what most processes never do.
const LOADED_LATE = ['@peculiar/x509', 'jose', 'kafkajs'];
const LATE_FORM = "Load a module late in one way: const name = (): typeof import('x') => require('x')";
const OTHER_FORM =
  'CallExpression[callee.name="require"]:not(ArrowFunctionExpression[returnType.typeAnnotation.exprName.type="TSImportType"] > .body)';

// The budgets of CONTRIBUTING.md. An exception is one line with its reason.
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { tidelock: { rules: { 'recurring-timers': recurringTimers } } },
    rules: {
      'tidelock/recurring-timers': 'error',
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest reads injected classes at run time, so whether an import is only a type is the author's to say.
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: LOADED_LATE.map((name) => ({ name, allowTypeImports: true, message: LATE_FORM })) },
      ],
      'no-restricted-properties': ['error', ENVIRONMENT, TIME],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@tidelock/kernel', importNames: ['systemClock'], message: NOW }] },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: NOW },
        { selector: OTHER_FORM, message: LATE_FORM },
      ],
    },
  },
  {
    files: [
      '**/*.spec.ts',
      '**/*.e2e-spec.ts',
      '**/*.scenario.ts',
      '**/*.contract.ts',
      'test/**',
      'bench/**',
      'tools/**',
    ],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'tidelock/recurring-timers': 'off',
      '@typescript-eslint/no-require-imports': 'error',
      '@typescript-eslint/no-restricted-imports': 'off',
    },
  },
  {
    // Set-up of specs.
    files: [
      '**/*.testing.ts',
      'libs/*/contract/**',
      'libs/**/testing/**',
      'libs/engine-testing/**',
      'libs/dev-kafka/**',
    ],
    rules: {
      'no-restricted-imports': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'tidelock/recurring-timers': 'off',
    },
  },
  {
    // A page has no runtime and no clock but the browser's.
    files: ['apps/ui/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'tidelock/recurring-timers': 'off',
    },
  },
  {
    // Where recurring timers live.
    files: ['libs/core/runtime/src/timers.ts'],
    rules: { 'tidelock/recurring-timers': 'off' },
  },
  {
    files: ['apps/*/src/config/**', 'apps/*/src/main.ts', 'apps/cli/src/demo/**'],
    rules: { 'no-restricted-properties': ['error', TIME] },
  },
  {
    files: [
      // Where it is handed out.
      'apps/server/src/{tidelock-server,modules/foundation.module}.ts',
      // There before anything is handed out.
      'apps/server/src/logging/log-file.ts',
      'libs/store/src/open-store.ts',
    ],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: [
      // The clock.
      'libs/kernel/src/clock.ts',
      // A moment is what all clocks of the process show at once.
      'libs/replication/src/cluster-port/moment.ts',
      // Compares with a time that kafkajs has noted.
      'libs/stream/kafka/src/calm-request-queue.ts',
    ],
    rules: { 'no-restricted-properties': ['error', ENVIRONMENT] },
  },
);
