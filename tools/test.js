'use strict';
/* npm test [-- jest options]: installs, builds, starts Kafka and PostgreSQL, runs every test, and ends with the line that counts them. */
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { prepare, root } = require('./bootstrap');

prepare();
const report = join(mkdtempSync(join(tmpdir(), 'tidelock-report-')), 'report.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const args = [jest, '--json', `--outputFile=${report}`, '--maxWorkers=2', '--forceExit', ...process.argv.slice(2)];
// The report goes to the file; what jest would print of it to standard output is not for reading.
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const { passed, failed } = count();
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

/** A suite that could not run counts as one failure. */
function count() {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
