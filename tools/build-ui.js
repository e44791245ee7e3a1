'use strict';
/* Builds the web UI to dist/apps/ui and compresses it: brotli 11 takes seconds, which no start of a server has. */
const { spawnSync } = require('node:child_process');
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { brotliCompressSync, constants, gzipSync } = require('node:zlib');

const root = join(__dirname, '..');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const { status } = spawnSync(
  process.execPath,
  [vite, 'build', '--config', join(root, 'apps', 'ui', 'vite.config.mts'), '--logLevel', 'warn'],
  { cwd: root, stdio: 'inherit' },
);
if (status !== 0) process.exit(1);

const folder = join(root, 'dist', 'apps', 'ui');
for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
  if (!entry.isFile() || !/\.(?:html|js|css|svg)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  for (const [suffix, smaller] of [
    ['.br', brotliCompressSync(bytes, { params })],
    ['.gz', gzipSync(bytes, { level: 9 })],
  ])
    if (smaller.length < bytes.length) writeFileSync(file + suffix, smaller);
}
