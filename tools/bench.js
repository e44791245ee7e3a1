'use strict';
/* npm run bench [-- start|single|replication|merkle|ui]: builds, then measures built server processes. */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

require('./bootstrap').prepare();
execFileSync(
  process.execPath,
  ['-r', join(__dirname, 'register-swc.js'), join(__dirname, '..', 'bench', 'run.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
