'use strict';
// npm run docs: writes the pages that are made from the code.
require('reflect-metadata');
require('./register-swc');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { configurationPage } = require('./configuration-page.ts');

writeFileSync(join(__dirname, '..', 'docs', 'configuration.md'), configurationPage());
