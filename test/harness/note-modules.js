'use strict';
/* Preloaded into a process (node --require): writes the files that it has loaded, as a JSON list, when it ends. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  writeFileSync(process.env.TIDELOCK_TEST_MODULES_FILE, JSON.stringify(files));
});
