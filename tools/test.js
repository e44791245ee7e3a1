'use strict';
/* npm test [-- jest options]: installs, builds, starts Kafka and PostgreSQL, runs every test, and ends with the line that counts them. */
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { prepare, root } = require('./bootstrap');

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
const { passed, failed } = count();
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
counted = true;
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

/** A suite that could not run counts as one failure, and so does a run that ended without a report. */
function count() {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: status === 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
