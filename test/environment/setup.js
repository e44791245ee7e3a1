'use strict';
/* Once for the whole run: a real Kafka and a real PostgreSQL, told to the tests by environment. */
require('../../tools/register-swc');
const { obtainKafka } = require('@tidelock/dev-kafka');
const { startPostgres } = require('./postgres');

module.exports = async () => {
  const starting = await Promise.allSettled([obtainKafka(), startPostgres()]);
  const services = starting.flatMap(({ value }) => (value ? [value] : []));
  globalThis.__TIDELOCK_TEST_SERVICES__ = services;
  const failed = starting.find(({ status }) => status === 'rejected');
  if (failed) {
    await Promise.all(services.map((service) => service.stop()));
    throw failed.reason;
  }
  const [kafka, postgres] = services;
  process.env.TIDELOCK_TEST_KAFKA = kafka.brokers;
  process.env.TIDELOCK_TEST_POSTGRES = postgres.url;
};
