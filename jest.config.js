// ESM-only packages that tests load: jest's own `require` needs them transformed.
const esm = ['jose', 'shamir-secret-sharing'].join('|');

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
};

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  moduleNameMapper: { '^@tidelock/(.*)$': '<rootDir>/libs/$1/src' },
  transform: { '^.+\\.(t|j)s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esm})/)`],
};

// What the tests are made of has tests of its own, which need no services.
const inTest = [
  '<rootDir>/test/engines',
  '<rootDir>/test/harness',
  '<rootDir>/test/chaos/check',
  '<rootDir>/test/chaos/faults',
];

module.exports = {
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/environment/sequencer.js',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', ...inTest],
      testRegex: '\\.spec\\.ts$',
    },
    {
      ...shared,
      displayName: 'system',
      roots: ['<rootDir>/test'],
      testRegex: '\\.(e2e-spec|spec|scenario)\\.ts$',
      testPathIgnorePatterns: ['/node_modules/', ...inTest],
      globalSetup: '<rootDir>/test/environment/setup.js',
      globalTeardown: '<rootDir>/test/environment/teardown.js',
    },
  ],
};
