import { TidelockError } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Inside {
  readonly database: { commit(fence: Statement, statements: readonly Statement[]): Promise<void> };
}

/**
 * The next transaction with a statement that names such a row takes place, and its answer is lost.
 *
 * @param rows matches a statement, its text and what is bound to it that is text, line by line.
 * @returns whether it has happened.
 */
export function loseAnswer(store: Store, rows: RegExp): () => boolean {
  const { database } = store as unknown as Inside;
  const commit = database.commit.bind(database);
  let lost = false;
  database.commit = async (fence, statements) => {
    const hit = !lost && statements.some((statement) => rows.test(textOf(statement)));
    await commit(fence, statements);
    if (!hit) return;
    lost = true;
    database.commit = commit;
    throw new TidelockError('COMMIT_UNKNOWN');
  };
  return () => lost;
}

const textOf = ({ sql, parameters }: Statement): string =>
  [sql, ...parameters.flat().filter((parameter) => typeof parameter === 'string')].join('\n');
