'use strict';
const Sequencer = require('@jest/test-sequencer').default;

/**
 * The system's tests before the units', which fill what is left: a long file that begins last holds everything up alone. On a clean clone jest
 * knows no durations and goes by sizes, and the longest of all, the crash points, are the shortest files.
 */
module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) =>
      path.includes('crash-points') ? 0 : context.config.displayName?.name === 'system' ? 1 : 2;
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
