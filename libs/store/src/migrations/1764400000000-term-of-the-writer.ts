import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The position names the term of the one who may change it, and its row is there from the start: a commit only updates it. */
export class TermOfTheWriter1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const integer = runner.connection.options.type === 'postgres' ? 'bigint' : 'INTEGER';
    await runner.query(`ALTER TABLE position ADD COLUMN term ${integer} NOT NULL DEFAULT 0`);
    await runner.query(
      'INSERT INTO position (id, local_idx, replicated_idx) SELECT 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM position)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE position DROP COLUMN term');
  }
}
