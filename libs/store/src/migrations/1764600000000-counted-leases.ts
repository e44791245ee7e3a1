import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `expires_at` of a lease that is never due. A migration is never changed, so this is the value as it was. */
const NEVER_DUE = 9_007_199_254_740_991;

const COUNTED = `count(*) AS total, sum(CASE WHEN expires_at = ${NEVER_DUE} THEN 1 ELSE 0 END) AS irrevocable`;

/**
 * A lease names its mount, and the database counts leases by mount as it changes them: in the same transaction, whoever changes them, so that
 * no crash and no hand makes the figures wrong.
 */
export class CountedLeases1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.connection.options.type === 'postgres';
    const [text, integer] = isPostgres ? ['text COLLATE "C"', 'bigint'] : ['TEXT', 'INTEGER'];
    for (const statement of [
      `ALTER TABLE lease ADD COLUMN mount ${text} NOT NULL DEFAULT ''`,
      `CREATE TABLE lease_count (mount ${text} PRIMARY KEY, total ${integer} NOT NULL, irrevocable ${integer} NOT NULL)`,
      `INSERT INTO lease_count (mount, total, irrevocable) SELECT mount, ${COUNTED} FROM lease GROUP BY mount`,
      ...(isPostgres ? POSTGRES_TRIGGERS : SQLITE_TRIGGERS),
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const isPostgres = runner.connection.options.type === 'postgres';
    for (const trigger of ['lease_made', 'lease_changed', 'lease_ended'])
      await runner.query(`DROP TRIGGER ${trigger}${isPostgres ? ' ON lease' : ''}`);
    if (isPostgres) await runner.query('DROP FUNCTION count_leases');
    await runner.query('DROP TABLE lease_count');
    await runner.query('ALTER TABLE lease DROP COLUMN mount');
  }
}

const ONE_MORE = `INSERT INTO lease_count (mount, total, irrevocable) VALUES (NEW.mount, 1, NEW.expires_at = ${NEVER_DUE})
  ON CONFLICT (mount) DO UPDATE SET total = total + 1, irrevocable = irrevocable + excluded.irrevocable;`;
const ONE_LESS = `UPDATE lease_count SET total = total - 1, irrevocable = irrevocable - (OLD.expires_at = ${NEVER_DUE}) WHERE mount = OLD.mount;
  DELETE FROM lease_count WHERE mount = OLD.mount AND total = 0;`;

const SQLITE_TRIGGERS = [
  `CREATE TRIGGER lease_made AFTER INSERT ON lease BEGIN ${ONE_MORE} END`,
  `CREATE TRIGGER lease_changed AFTER UPDATE OF mount, expires_at ON lease BEGIN ${ONE_LESS} ${ONE_MORE} END`,
  `CREATE TRIGGER lease_ended AFTER DELETE ON lease BEGIN ${ONE_LESS} END`,
];

/** Once a statement, not once a row. */
const POSTGRES_TRIGGERS = [
  `CREATE FUNCTION count_leases() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP <> 'INSERT' THEN
      UPDATE lease_count SET total = lease_count.total - gone.total, irrevocable = lease_count.irrevocable - gone.irrevocable
        FROM (SELECT mount, ${COUNTED} FROM former GROUP BY mount) AS gone WHERE lease_count.mount = gone.mount;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      INSERT INTO lease_count (mount, total, irrevocable) SELECT mount, ${COUNTED} FROM present GROUP BY mount
        ON CONFLICT (mount) DO UPDATE
        SET total = lease_count.total + excluded.total, irrevocable = lease_count.irrevocable + excluded.irrevocable;
    END IF;
    DELETE FROM lease_count WHERE total = 0;
    RETURN NULL;
  END $$`,
  'CREATE TRIGGER lease_made AFTER INSERT ON lease REFERENCING NEW TABLE AS present FOR EACH STATEMENT EXECUTE FUNCTION count_leases()',
  `CREATE TRIGGER lease_changed AFTER UPDATE ON lease REFERENCING OLD TABLE AS former NEW TABLE AS present
    FOR EACH STATEMENT EXECUTE FUNCTION count_leases()`,
  'CREATE TRIGGER lease_ended AFTER DELETE ON lease REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION count_leases()',
];
