'use strict';
/* npm run screenshots [-- names]: builds, then takes pictures of the web UI's pages and states (docs/ui); all, or those whose name begins so. */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

require('./bootstrap').prepare();
const { status } = spawnSync(
  process.execPath,
  [
    '-r',
    join(__dirname, 'register-swc.js'),
    join(__dirname, '..', 'test', 'ui', 'screenshots', 'run.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
