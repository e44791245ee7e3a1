'use strict';
/* Lets plain Node run our TypeScript from source: transforms with swc, resolves @tidelock/*. For tests and benches. */
const { readFileSync, existsSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..');
const options = {
  jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2022', keepClassNames: true },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

require.extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const name = /^@tidelock\/(.+)$/.exec(request)?.[1];
  const index = name && join(root, 'libs', name, 'src', 'index.ts');
  return resolve.call(this, index && existsSync(index) ? index : request, ...rest);
};
