import { FirstTables1764000000000 } from './1764000000000-first-tables';
import { TermOfTheWriter1764400000000 } from './1764400000000-term-of-the-writer';
import { RowsToBind1764500000000 } from './1764500000000-rows-to-bind';
import { CountedLeases1764600000000 } from './1764600000000-counted-leases';

/** In order. A migration that has been released is never changed. */
export const MIGRATIONS = [
  FirstTables1764000000000,
  TermOfTheWriter1764400000000,
  RowsToBind1764500000000,
  CountedLeases1764600000000,
];
