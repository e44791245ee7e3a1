import { randomBytes } from 'node:crypto';
import type { StorageKind } from './cluster';

/** Brokers of the run's Kafka, and the address of its PostgreSQL: started once by test/environment. */
export const KAFKA = required('TIDELOCK_TEST_KAFKA');
export const POSTGRES = required('TIDELOCK_TEST_POSTGRES');

/** A topic prefix of one's own, so that suites share a broker. */
export const newTopicPrefix = (suite: string): string => `${suite}-${randomBytes(4).toString('hex')}`;

export const STORAGES: readonly StorageKind[] = ['sqlite', 'postgresql'];

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
