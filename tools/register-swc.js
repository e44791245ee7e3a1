'use strict';
/*
 * Lets Node run the sources as they are: `node -r ./tools/register-swc.js file.ts`. Measurements and the tests'
 * environment use it; the product runs built code. Types are not checked here.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const ROOT = path.resolve(__dirname, '..');
const ALIAS = '@tidelock/';

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
      keepClassNames: true,
    },
  });
  module._compile(code, filename);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const file = request.startsWith(ALIAS)
    ? path.join(ROOT, 'libs', request.slice(ALIAS.length), 'src', 'index.ts')
    : request;
  return resolveFilename.call(this, file, ...rest);
};
