'use strict';
/* Preloaded into a server (node --require): its wall clock runs ahead by the milliseconds that a file says, and may jump at any time. */
const { readFileSync } = require('node:fs');

const file = process.env.TIDELOCK_TEST_CLOCK_FILE;
const LOOK_EVERY_MS = 20;
const realNow = Date.now;
let ahead = 0;
let lookedAt = -Infinity;

function now() {
  if (performance.now() - lookedAt > LOOK_EVERY_MS) {
    lookedAt = performance.now();
    ahead = Number(readFileSync(file, 'utf8'));
  }
  return realNow() + ahead;
}

const RealDate = Date;
RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
});
