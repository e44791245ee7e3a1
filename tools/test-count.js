'use strict';
const { readFileSync } = require('node:fs');

/**
 * What a report of Jest counts. A suite that could not run counts as one failure, and so does a run that ended without a report, or badly for no
 * reason that the report tells.
 *
 * @param {string} report path of the file.
 * @param {number | null} status the exit code of Jest.
 * @returns {{ passed: number, failed: number }}
 */
function countOf(report, status) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: status === 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const lineOf = ({ passed, failed }) => `${passed} passed, ${failed} failed`;

/** One line for the lines of several runs; what printed none counts as one failure. */
function totalOf(lines) {
  const counts = lines.map((line) => /^(\d+) passed, (\d+) failed$/.exec(line)?.slice(1).map(Number) ?? [0, 1]);
  return lineOf(
    counts.reduce((sum, [passed, failed]) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
      passed: 0,
      failed: 0,
    }),
  );
}

module.exports = { countOf, lineOf, totalOf };

// node tools/test-count.js report.json STATUS | node tools/test-count.js --total LINE…
if (require.main === module) {
  const [first, ...rest] = process.argv.slice(2);
  console.log(first === '--total' ? totalOf(rest) : lineOf(countOf(first, Number(rest[0]))));
}
