'use strict';
/* npm run test:chaos -- [--seed N] [--minutes M]: builds, then hurts built server processes and their broker at random (test/chaos). */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

require('./bootstrap').prepare();
const { status } = spawnSync(
  process.execPath,
  [
    '-r',
    join(__dirname, 'register-swc.js'),
    join(__dirname, '..', 'test', 'chaos', 'run.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
