'use strict';
/* npm test [-- jest options]: installs, builds, starts Kafka and PostgreSQL, runs every test, and ends with the line that counts them. */
const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { prepare, root } = require('./bootstrap');
const { countOf, lineOf } = require('./test-count');

process.on('exit', (code) => {
  if (code !== 0 && !counted) console.log('0 passed, 1 failed');
});
let counted = false;

prepare();
const folder = mkdtempSync(join(tmpdir(), 'tidelock-report-'));
const report = join(folder, 'report.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const args = [jest, '--json', `--outputFile=${report}`, '--maxWorkers=2', '--forceExit', ...process.argv.slice(2)];
// The report goes to the file; what jest would print of it to standard output is not for reading.
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const count = countOf(report, status);
rmSync(folder, { recursive: true, force: true });
console.log(lineOf(count));
counted = true;
process.exit(status === 0 && count.failed === 0 && count.passed > 0 ? 0 : 1);
