import { FirstTables1764000000000 } from './1764000000000-first-tables';

/** In order. A migration that has been released is never changed. */
export const MIGRATIONS = [FirstTables1764000000000];
