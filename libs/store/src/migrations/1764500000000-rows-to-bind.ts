import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Key of the row that says that local rows are still to be bound. */
export const ROWS_TO_BIND = 'rows-to-bind';

/** Notes that local rows may be of a build that did not bind values to the other columns: the next unseal binds them. */
export class RowsToBind1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const empty = runner.connection.options.type === 'postgres' ? `''::bytea` : `x''`;
    await runner.query(
      `INSERT INTO cluster (key, value) SELECT '${ROWS_TO_BIND}', ${empty} FROM position WHERE local_idx > 0`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM cluster WHERE key = '${ROWS_TO_BIND}'`);
  }
}
