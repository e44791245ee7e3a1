import { casIsWonOnce } from './cas';
import { clustersAgree } from './agreement';
import { fencedWritesAreGone } from './fenced-writes';
import { localStaysLocal } from './locality';
import { noWriteIsLost } from './lost-writes';
import { readersNeverGoBack } from './reader-order';
import { readsAreFresh } from './fresh-reads';
import { readsHaveAWriter } from './phantom-reads';
import type { Rule } from './violation';

/** What must hold of every history. */
export const RULES: readonly Rule[] = [
  noWriteIsLost,
  fencedWritesAreGone,
  casIsWonOnce,
  readsHaveAWriter,
  readersNeverGoBack,
  readsAreFresh,
  clustersAgree,
  localStaysLocal,
];
