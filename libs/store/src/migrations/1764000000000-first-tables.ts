import type { MigrationInterface, QueryRunner } from 'typeorm';

const SQLITE = { text: 'TEXT', blob: 'BLOB', int: 'INTEGER', end: 'WITHOUT ROWID' };
const POSTGRES = { text: 'text COLLATE "C"', blob: 'bytea', int: 'bigint', end: '' };

/** Keys compare bytewise on both databases. Small rows live in their key's own tree on SQLite. */
export class FirstTables1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, blob, int, end } = runner.connection.options.type === 'postgres' ? POSTGRES : SQLITE;
    for (const statement of [
      `CREATE TABLE record (key ${text} PRIMARY KEY, value ${blob} NOT NULL, digest ${blob} NOT NULL, bucket ${int} NOT NULL)`,
      'CREATE INDEX record_bucket_key ON record (bucket, key)',
      `CREATE TABLE journal (idx ${int} PRIMARY KEY, epoch ${int} NOT NULL, kind ${text} NOT NULL, time ${int} NOT NULL,
        body ${blob} NOT NULL, cause ${text} NOT NULL)`,
      `CREATE TABLE merkle_bucket (bucket ${int} PRIMARY KEY, digest ${blob} NOT NULL)`,
      `CREATE TABLE position (id ${int} PRIMARY KEY, local_idx ${int} NOT NULL, replicated_idx ${int} NOT NULL,
        stream_epoch ${int}, stream_idx ${int}, stream_digest ${blob}, broker_offset ${text})`,
      `CREATE TABLE local_record (key ${text} PRIMARY KEY, value ${blob} NOT NULL)`,
      `CREATE TABLE token (id ${text} PRIMARY KEY, accessor ${text} NOT NULL, parent ${text}, path ${text} NOT NULL,
        expires_at ${int}, value ${blob} NOT NULL) ${end}`,
      'CREATE INDEX token_accessor ON token (accessor)',
      'CREATE INDEX token_parent ON token (parent) WHERE parent IS NOT NULL',
      'CREATE INDEX token_path ON token (path)',
      'CREATE INDEX token_expires_at ON token (expires_at) WHERE expires_at IS NOT NULL',
      `CREATE TABLE lease (id ${text} PRIMARY KEY, token ${text} NOT NULL, expires_at ${int} NOT NULL, value ${blob} NOT NULL) ${end}`,
      'CREATE INDEX lease_token ON lease (token)',
      'CREATE INDEX lease_expires_at ON lease (expires_at)',
      `CREATE TABLE cluster (key ${text} PRIMARY KEY, value ${blob} NOT NULL) ${end}`,
      `CREATE TABLE secondary (id ${text} PRIMARY KEY, status ${text} NOT NULL, value ${blob} NOT NULL) ${end}`,
      `CREATE TABLE stream (name ${text} PRIMARY KEY, epoch ${int} NOT NULL, idx ${int} NOT NULL, digest ${blob} NOT NULL,
        broker_offset ${text} NOT NULL, value ${blob} NOT NULL) ${end}`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      'record',
      'journal',
      'merkle_bucket',
      'position',
      'local_record',
      'token',
      'lease',
      'cluster',
      'secondary',
      'stream',
    ];
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }
}
