'use strict';
/*
 * npm run dev [-- flags of tidelock server]: a development server that is built and started anew when a source changes.
 * A build that fails leaves the last good server running.
 */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { watch } = require('node:fs');
const { join } = require('node:path');
const { prepare, root } = require('./bootstrap');

const QUIET_MS = 300;
const SOURCE = /\.ts$/;
const NOT_BUILT = /\.(?:spec|contract|testing)\.ts$/;
const args = [join(root, 'bin', 'tidelock'), 'server', '-dev', ...process.argv.slice(2)];
let server;
let timer;
let busy = false;
let changedMeanwhile = false;

prepare();
start();
for (const folder of ['apps', 'libs']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (file && SOURCE.test(file) && !NOT_BUILT.test(file)) soon();
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop().then(() => process.exit(0)));

/** One build for a burst of changes. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => void renew(), QUIET_MS);
}

async function renew() {
  if (busy) return void (changedMeanwhile = true);
  [busy, changedMeanwhile] = [true, false];
  console.error('tidelock: a source changed, building');
  const build = spawn('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(build, 'exit');
  if (code === 0) {
    await stop();
    start();
  } else console.error('tidelock: the build failed, the server before it goes on');
  busy = false;
  if (changedMeanwhile) soon();
}

function start() {
  server = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
}

async function stop() {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
