// ESM-only packages that tests load: jest's own `require` needs them transformed.
const esm = ['jose', 'shamir-secret-sharing', 'lossless-json'].join('|');

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

module.exports = {
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'], testRegex: '\\.spec\\.ts$' },
    {
      ...shared,
      displayName: 'system',
      roots: ['<rootDir>/test'],
      testRegex: '\\.(e2e-spec|spec|scenario)\\.ts$',
      globalSetup: '<rootDir>/test/environment/setup.js',
      globalTeardown: '<rootDir>/test/environment/teardown.js',
    },
  ],
};
