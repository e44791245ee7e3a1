'use strict';
/* What every command needs first, with nothing but Node: the locked dependencies, and a build that is newer than the sources. */
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const inRoot = (...parts) => join(root, ...parts);

const INSTALL_ADVICE =
  'if npm names better-sqlite3 above: give it access to github.com, or install Python, make and a C++ compiler ' +
  "and give it access to nodejs.org, or set npm_config_nodedir to a Node's folder, which has its headers";

/** Installs and builds where needed. Ends the process with 1 when that fails. */
function prepare() {
  checkNode();
  if (!installed()) run('npm', ['ci', '--no-audit', '--no-fund'], 'installing the locked dependencies', INSTALL_ADVICE);
  if (!built()) run('npm', ['run', '--silent', 'build'], 'building');
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`tidelock: Node ${process.versions.node} is too old, install 20.19 or newer`);
  process.exit(1);
}

function installed() {
  const marker = inRoot('node_modules', '.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs - 1000;
}

function built() {
  const outputs = [
    ...['server', 'cli'].map((app) => inRoot('dist', 'apps', app, 'apps', app, 'src', 'main.js')),
    inRoot('dist', 'apps', 'ui', 'index.html'),
  ];
  if (!outputs.every(existsSync)) return false;
  const oldest = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  return (
    newestSource(['apps', 'libs', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'].map((name) => inRoot(name))) <=
    oldest
  );
}

function newestSource(paths) {
  let newest = 0;
  for (const path of paths) {
    const stats = statSync(path);
    if (stats.isDirectory()) newest = Math.max(newest, newestSource(readdirSync(path).map((name) => join(path, name))));
    else if (!/\.(?:spec|contract|testing)\.ts$|\.md$|\/testing\//.test(path)) newest = Math.max(newest, stats.mtimeMs);
  }
  return newest;
}

/** @param advice what to do when it fails. */
function run(command, args, what, advice) {
  console.error(`tidelock: ${what}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  console.error(`tidelock: ${what} failed${error ? `: ${error.message}` : ''}`);
  if (advice) console.error(`tidelock: ${advice}`);
  process.exit(1);
}

module.exports = { prepare, root };
