import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Cluster } from './cluster';

/** Changes rows of a stopped cluster's database behind its back, as a bad disk or a careless hand would. */
export function tamper({ server }: Cluster, work: (database: Database.Database) => void): void {
  const database = new Database(join(server.folder, 'data', 'tidelock.db'));
  try {
    work(database);
  } finally {
    database.close();
  }
}

/** Flips a bit of a stored value. `like`: pattern of its key. */
export function damageValue(cluster: Cluster, like: string): void {
  tamper(cluster, (database) => {
    const row = database.prepare('SELECT key, value FROM record WHERE key LIKE ?').get(like) as {
      key: string;
      value: Buffer;
    };
    row.value.writeUInt8(row.value.readUInt8(row.value.length - 1) ^ 1, row.value.length - 1);
    database.prepare('UPDATE record SET value = ? WHERE key = ?').run(row.value, row.key);
  });
}
